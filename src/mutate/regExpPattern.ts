import { ANY, caseless, classEscape, inverse, intersection, without, type Range } from './characterRanges';

/** The parts of a regular expression from which a text that it matches can be made. */
export type PatternNode =
  | { readonly type: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly type: 'alternatives'; readonly options: readonly PatternNode[] }
  | { readonly type: 'repeat'; readonly body: PatternNode; readonly min: number; readonly max: number }
  /** A capturing group; `index` from 1. */
  | { readonly type: 'group'; readonly body: PatternNode; readonly index: number; readonly name: string | null }
  | { readonly type: 'backreference'; readonly to: number | string }
  /** One character of these ranges; of no range, none. */
  | { readonly type: 'characters'; readonly ranges: readonly Range[] }
  /** Anchors and negative look-arounds. */
  | { readonly type: 'nothing' };

/**
 * Parses the source of a regular expression, with the extensions of Annex B that browsers and Node have. Returns null
 * if it cannot be understood. A positive look-ahead that ends the pattern stands for what it looks at; other
 * look-arounds and anchors are taken to hold. Sets of strings (flag v) are approximated.
 */
export function parsePattern(source: string, flags: string): PatternNode | null {
  try {
    return new PatternParser(source, flags).parse();
  } catch (error) {
    // Nesting deeper than the stack is a RangeError too.
    if (error instanceof SyntaxError || error instanceof RangeError) return null;
    throw error;
  }
}

const NOTHING: PatternNode = { type: 'nothing' };
const HEX = /^[\da-fA-F]+$/;

class PatternParser {
  #at = 0;
  #groups = 0;
  readonly #isUnicode: boolean;
  readonly #hasNames: boolean;

  constructor(
    private readonly source: string,
    private readonly flags: string,
  ) {
    this.#isUnicode = /[uv]/.test(flags);
    this.#hasNames = this.#isUnicode || source.includes('(?<');
  }

  parse(): PatternNode {
    const pattern = this.#alternatives();
    if (this.#at < this.source.length) throw this.#unexpected();
    return pattern;
  }

  #alternatives(): PatternNode {
    const options = [this.#sequence()];
    while (this.#skip('|')) options.push(this.#sequence());
    return options.length === 1 ? options[0]! : { type: 'alternatives', options };
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = [];
    while (this.#at < this.source.length && !'|)'.includes(this.source[this.#at]!)) {
      parts.push(this.#quantified(this.#term()));
    }
    return parts.length === 1 ? parts[0]! : { type: 'sequence', parts };
  }

  #term(): PatternNode {
    const character = this.#next();
    switch (character) {
      case '^':
      case '$':
        return NOTHING;
      case '.':
        return { type: 'characters', ranges: this.flags.includes('s') ? ANY : without(ANY, LINE_ENDS) };
      case '(':
        return this.#group();
      case '[':
        return { type: 'characters', ranges: this.#class() };
      case '\\':
        return this.#escape();
      case '*':
      case '+':
      case '?':
        throw this.#unexpected();
      default:
        return one(character);
    }
  }

  #quantified(body: PatternNode): PatternNode {
    const bounds = this.#quantifier();
    if (bounds === null) return body;
    this.#skip('?');
    return { type: 'repeat', body, min: bounds[0], max: bounds[1] };
  }

  #quantifier(): readonly [min: number, max: number] | null {
    if (this.#skip('*')) return [0, Infinity];
    if (this.#skip('+')) return [1, Infinity];
    if (this.#skip('?')) return [0, 1];
    const counted = this.#match(/\{(\d+)(,(\d*))?\}/y);
    if (counted === null) return null;
    const min = Number(counted[1]);
    if (counted[2] === undefined) return [min, min];
    return [min, counted[3] === '' ? Infinity : Number(counted[3])];
  }

  /** After `(`. */
  #group(): PatternNode {
    if (this.#match(/\?<?!/y)) {
      this.#alternatives();
      this.#close();
      return NOTHING;
    }
    if (this.#match(/\?<?=/y)) {
      const isBehind = this.source[this.#at - 2] === '<';
      const body = this.#alternatives();
      this.#close();
      // What is looked at must follow; if the pattern goes on, that will hopefully be it.
      const isLast = this.source.slice(this.#at).replace(/[)$]/g, '') === '';
      return isLast || isBehind ? body : NOTHING;
    }
    const name = this.#match(/\?<([^>]+)>/y);
    const isCapturing = name !== null || this.source[this.#at] !== '?';
    if (!isCapturing && !this.#match(/\?(?:[ims]*(?:-[ims]+)?):/y)) throw this.#unexpected();
    if (isCapturing) this.#groups += 1;
    const index = this.#groups;
    const body = this.#alternatives();
    this.#close();
    return isCapturing ? { type: 'group', body, index, name: name?.[1] ?? null } : body;
  }

  /** After `\`, outside of a class. */
  #escape(): PatternNode {
    if (this.#match(/[bB]/y)) return NOTHING;
    const named = this.#hasNames ? this.#match(/k<([^>]+)>/y) : null;
    if (named !== null) return { type: 'backreference', to: named[1]! };
    const numbered = this.#match(/[1-9]\d*/y);
    if (numbered !== null) {
      const to = Number(numbered[0]);
      if (this.#isUnicode || to <= this.#groupCount()) return { type: 'backreference', to };
      this.#at -= numbered[0].length;
    }
    return { type: 'characters', ranges: this.#escapedCharacters() };
  }

  #groupCount(): number {
    return this.source.replace(/\\.|\[(?:\\.|[^\]])*\]/gs, '').match(/\((?!\?)|\(\?<(?![=!])/g)?.length ?? 0;
  }

  /** After `\`: what stands for one character, in a class or outside. */
  #escapedCharacters(): readonly Range[] {
    const property = this.#isUnicode ? this.#match(/[pP]\{([^}]*)\}/y) : null;
    if (property !== null) return classEscape(`\\${property[0]}`, this.flags);
    const letter = this.#next();
    if ('dDwWsS'.includes(letter)) return classEscape(`\\${letter}`, this.flags);
    return [pair(this.#escapedCode(letter))];
  }

  #escapedCode(letter: string): number {
    const control = CONTROLS[letter];
    if (control !== undefined) return control;
    switch (letter) {
      case 'c':
        return (this.#match(/[A-Za-z]/y)?.[0].charCodeAt(0) ?? 28) % 32;
      case 'x':
        return this.#hex(/[\da-fA-F]{2}/y) ?? letter.charCodeAt(0);
      case 'u': {
        const long = this.#isUnicode ? this.#match(/\{([\da-fA-F]+)\}/y) : null;
        if (long !== null) return parseInt(long[1]!, 16);
        const high = this.#hex(/[\da-fA-F]{4}/y);
        if (high === null) return letter.charCodeAt(0);
        const low = this.#isUnicode && high >= 0xd800 && high < 0xdc00 ? this.#match(/\\u(d[c-f][\da-f]{2})/iy) : null;
        return low === null ? high : 0x10000 + ((high - 0xd800) << 10) + (parseInt(low[1]!, 16) - 0xdc00);
      }
      default: {
        const octal = /[0-7]/.test(letter) ? this.#match(/[0-7]{0,2}/y) : null;
        return octal === null ? letter.codePointAt(0)! : parseInt(letter + octal[0], 8) & 0xff;
      }
    }
  }

  #hex(digits: RegExp): number | null {
    const found = this.#match(digits)?.[0];
    return found !== undefined && HEX.test(found) ? parseInt(found, 16) : null;
  }

  /** After `[`. */
  #class(): readonly Range[] {
    const isInverted = this.#skip('^');
    let ranges: Range[] = [];
    while (!this.#skip(']')) {
      if (this.flags.includes('v') && (this.#skip('--') || this.#skip('&&'))) {
        const isDifference = this.source[this.#at - 1] === '-';
        const operand = this.#classItem();
        ranges = [...(isDifference ? without(ranges, operand) : intersection(ranges, operand))];
        continue;
      }
      const from = this.#classItem();
      const isRange = this.source[this.#at] === '-' && !/^-(?:\]|-)/.test(this.source.slice(this.#at, this.#at + 2));
      if (!isRange || from.length !== 1 || from[0]![0] !== from[0]![1]) {
        ranges.push(...from);
        continue;
      }
      this.#at += 1;
      const to = this.#classItem();
      if (to.length === 1 && to[0]![0] === to[0]![1]) ranges.push([from[0]![0], to[0]![1]]);
      else ranges.push(...from, ...to, pair(45));
    }
    // The inverse of `[^a]` in /i leaves out `A` too.
    return isInverted ? inverse(this.flags.includes('i') ? caseless(ranges) : ranges) : ranges;
  }

  #classItem(): readonly Range[] {
    const character = this.#next();
    if (character === '[' && this.flags.includes('v')) return this.#class();
    if (character !== '\\') return [pair(character.codePointAt(0)!)];
    if (this.#skip('b')) return [pair(8)];
    const strings = this.flags.includes('v') ? this.#match(/q\{([^}]*)\}/y) : null;
    if (strings !== null) {
      const single = strings[1]!.split('|').filter((text) => Array.from(text).length === 1);
      return single.map((text) => pair(text.codePointAt(0)!));
    }
    return this.#escapedCharacters();
  }

  #close(): void {
    if (!this.#skip(')')) throw this.#unexpected();
  }

  #next(): string {
    const code = this.source.codePointAt(this.#at);
    if (code === undefined) throw this.#unexpected();
    const character = this.#isUnicode ? String.fromCodePoint(code) : this.source[this.#at]!;
    this.#at += character.length;
    return character;
  }

  #skip(text: string): boolean {
    if (!this.source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #match(sticky: RegExp): RegExpExecArray | null {
    sticky.lastIndex = this.#at;
    const found = sticky.exec(this.source);
    if (found !== null) this.#at = sticky.lastIndex;
    return found;
  }

  #unexpected(): SyntaxError {
    return new SyntaxError(`Expected a regular expression but received /${this.source}/, at ${this.#at}.`);
  }
}

const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 };
const LINE_ENDS: readonly Range[] = [pair(10), pair(13), [0x2028, 0x2029]];

function pair(code: number): Range {
  return [code, code];
}

function one(character: string): PatternNode {
  return { type: 'characters', ranges: [pair(character.codePointAt(0)!)] };
}
