import type { AnyNode } from 'acorn';
import type { MemberFact } from './memberFacts';

/** Values written in a file. Its code often compares input with one of them. Plain JSON, without repetitions. */
export interface Dictionary {
  /** String literals, fixed parts of templates and patterns, keys of object literals; compared ones first. */
  readonly strings: readonly string[];
  readonly numbers: readonly number[];
  /** In decimal. */
  readonly bigints: readonly string[];
  readonly patterns: readonly { readonly source: string; readonly flags: string }[];
  /** Names of properties: compared and destructured ones first, then those read, then keys of object literals. */
  readonly keys: readonly string[];
  /** Values that members are compared with. */
  readonly members: readonly MemberFact[];
}

/**
 * Each list of a file has at most this many entries. A table of 10,000 entries would hide the few values that the code
 * compares with.
 */
const MAX_ENTRIES = 512;
/** In UTF-16 code units: longer text is a message or data, hardly something an input must equal. */
const MAX_STRING_LENGTH = 100;
/** Keys of the path of a member. */
const MAX_DEPTH = 6;

/** Collects the dictionary of one file. */
export class DictionaryBuilder {
  readonly #compared = new Set<string>();
  readonly #strings = new Set<string>();
  readonly #numbers = new Set<number>();
  readonly #bigints = new Set<string>();
  readonly #patterns = new Map<string, { source: string; flags: string }>();
  readonly #wantedKeys = new Set<string>();
  readonly #readKeys = new Set<string>();
  readonly #ownKeys = new Set<string>();
  readonly #members = new Map<string, MemberFact>();

  /** Notes the value of a literal, or the fixed part of a template. Ignores other nodes. */
  add(node: AnyNode): void {
    if (node.type === 'TemplateElement') this.addString(node.value.cooked ?? '');
    if (node.type !== 'Literal') return;
    if (node.regex) this.#addPattern(node.regex.pattern, node.regex.flags);
    else if (node.bigint !== null && node.bigint !== undefined) this.addBigint(String(node.value));
    else if (typeof node.value === 'string') this.addString(node.value);
    else if (typeof node.value === 'number') this.addNumber(node.value);
  }

  addString(value: string): void {
    addTo(this.#strings, value);
  }

  /** Notes a string with which the code compares something. */
  addCompared(value: string): void {
    addTo(this.#compared, value);
  }

  /** Notes a key of an object literal. */
  addOwnKey(name: string): void {
    this.addString(name);
    addTo(this.#ownKeys, name);
  }

  /** Notes the name of a member that is read. */
  addReadKey(name: string): void {
    addTo(this.#readKeys, name);
  }

  /** Notes the name of a member that destructuring takes out of an object, or that is looked for in an object. */
  addWantedKey(name: string): void {
    addTo(this.#wantedKeys, name);
  }

  addMembers(facts: readonly MemberFact[]): void {
    for (const fact of facts) {
      if (typeof fact.value === 'string' && fact.value.length > MAX_STRING_LENGTH) continue;
      if (this.#members.size >= MAX_ENTRIES || fact.path.length > MAX_DEPTH) continue;
      this.#members.set(JSON.stringify([fact.path, fact.value]), fact);
      for (const key of fact.path) this.addWantedKey(key);
    }
  }

  addNumber(value: number): void {
    if (this.#numbers.size < MAX_ENTRIES) this.#numbers.add(value);
  }

  addBigint(decimal: string): void {
    if (this.#bigints.size < MAX_ENTRIES && decimal.length <= MAX_STRING_LENGTH) this.#bigints.add(decimal);
  }

  build(): Dictionary {
    return {
      strings: [...new Set([...this.#compared, ...this.#strings])].slice(0, MAX_ENTRIES),
      numbers: [...this.#numbers],
      bigints: [...this.#bigints],
      patterns: [...this.#patterns.values()],
      keys: [...new Set([...this.#wantedKeys, ...this.#readKeys, ...this.#ownKeys])].slice(0, MAX_ENTRIES),
      members: [...this.#members.values()],
    };
  }

  #addPattern(source: string, flags: string): void {
    if (this.#patterns.size < MAX_ENTRIES) this.#patterns.set(`/${source}/${flags}`, { source, flags });
    for (const fragment of fragmentsOf(source)) this.addString(fragment);
  }
}

function addTo(set: Set<string>, value: string): void {
  if (value !== '' && value.length <= MAX_STRING_LENGTH && set.size < MAX_ENTRIES) set.add(value);
}

/** The runs of two or more characters that a regular expression contains literally: `https?://` → `http`, `://`. */
function fragmentsOf(source: string): readonly string[] {
  const fragments = [''];
  for (const [, atom = '', quantifier = ''] of source.matchAll(ATOM)) {
    const literal = /^\\\W$/.test(atom) ? atom.charAt(1) : atom;
    const isLiteral = literal.length === 1 && (literal !== atom || !'()|^$.'.includes(atom));
    if (isLiteral && (quantifier === '' || quantifier.startsWith('+'))) fragments[fragments.length - 1] += literal;
    if (!isLiteral || quantifier !== '') fragments.push('');
  }
  return fragments.filter((fragment) => fragment.length > 1);
}

/** A class, the head of a group, an escape or a character, and its quantifier. */
const ATOM =
  /(\[(?:\\.|[^\]])*\]|\(\?(?:<?[=!]|<\w+>|:)|\\[pu]\{[^}]*\}|\\u[\da-f]{4}|\\x[\da-f]{2}|\\.|.)([*+?]\??|\{\d+(?:,\d*)?\}\??)?/gis;
