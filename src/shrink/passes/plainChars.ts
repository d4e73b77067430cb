import { encodeValue } from '../../property/encodeValue';
import type { Attempts } from '../attempts/attempts';
import type { Steps } from '../attempts/steps';

/** The simplest character of each kind: a capital letter, a small letter, a digit. */
const PLAIN = ['A', 'a', '0'];
/** Longest character that is replaced, in UTF-16 units: a few code points. */
const MAX_UNITS = 8;

/**
 * Replaces unusual characters by plain ones: by the characters that they are composed of (`A` for `À`), by capital
 * letters of these, or by any letter or digit. In the order of code points the plain characters are far away, and with
 * many characters between them the input does not fail.
 */
export function* plainChars(attempts: Attempts): Steps<void> {
  for (const path of attempts.paths()) {
    for (let place = 0; place < attempts.track(path).spans.length; place += 1) {
      const { arbitrary, value, start, end } = attempts.track(path).spans[place]!;
      if (start === end || typeof value !== 'string' || !isUnusualChar(value)) continue;
      for (const form of formsOf(value)) {
        const encoded = encodeValue(arbitrary, form);
        if (encoded !== null && (yield* attempts.attemptSplice(path, start, end, encoded.values))) break;
      }
    }
  }
}

function isUnusualChar(text: string): boolean {
  return text.length > 0 && text.length <= MAX_UNITS && !/^[ -~]/.test(text) && isOneChar(text);
}

/** Whether a text is one code point with the marks that belong to it. */
function isOneChar(text: string): boolean {
  return /^.\p{Mark}*$/su.test(text);
}

function formsOf(char: string): Set<string> {
  const pieces = Array.from(char.normalize('NFKD'));
  const forms = new Set([...pieces, ...pieces.map((piece) => piece.toUpperCase()), ...PLAIN]);
  forms.delete(char);
  return forms;
}
