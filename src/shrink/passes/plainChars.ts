import { encodeValue } from '../../property/encodeValue';
import type { Attempts } from '../attempts/attempts';
import type { Steps } from '../attempts/steps';

/** What stands for others of its kind: a capital, a small letter, a digit. */
const PLAIN = ['A', 'a', '0'];
/** UTF-16 units of the longest character looked at: a few code points. */
const MAX_UNITS = 8;

/**
 * Puts plain characters in the place of unusual ones: what they are made of (`A` for `À`), their other case, or just a
 * letter. In the order of code points these are far away, with many that do not fail between.
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

/** One code point, with marks that belong to it. */
function isOneChar(text: string): boolean {
  return /^.\p{Mark}*$/su.test(text);
}

function formsOf(char: string): Set<string> {
  const pieces = Array.from(char.normalize('NFKD'));
  const forms = new Set([...pieces, ...pieces.map((piece) => piece.toUpperCase()), ...PLAIN]);
  forms.delete(char);
  return forms;
}
