import type { Operand, ComparisonOp, Comparison } from './comparison';
import { isCompound, operandPairs } from './operandPairs';
import type { ProbeOp } from './findings';

export interface ComparisonLogOptions {
  /** At most this many comparisons of one run are kept; 4096 by default. */
  readonly maxEntries?: number;
  /**
   * After this many comparisons of one site, no more of this site are kept, so that a loop does not crowd out other
   * sites; 32 by default. A `switch` or look-up that was begun is recorded as a whole: its last case matters as much as
   * its first.
   */
  readonly maxPerSite?: number;
  /** The longest text that is recorded, in UTF-16 code units; 512 by default. */
  readonly maxStringLength?: number;
  /**
   * Recognizes a Proxy, whose traps would run if its properties were read: `isProxy` of `node:util`. By default, no
   * value is taken for a Proxy.
   */
  readonly isProxy?: (value: unknown) => boolean;
}

/** Slots of the table that drops repetitions; a power of two. */
const RECENT = 1024;

/**
 * The comparisons that instrumented code made since the last `clear` or `take`, while `enabled`. One per worker thread.
 * Values come from a sandbox with classes of its own: `typeof` works on them, `instanceof` does not.
 */
export class ComparisonLog {
  /** Read by the probes: they call `record` only where `flag[0]` is 1. */
  readonly flag = new Uint8Array(1);
  readonly #maxEntries: number;
  readonly #maxPerSite: number;
  readonly #maxStringLength: number;
  readonly #isProxy: (value: unknown) => boolean;
  #isEnabled = false;
  /** False while all of `#perSite` is 0. */
  #isUsed = false;
  #entries: Comparison[] = [];
  /** By site: comparisons kept. Grows with the sites seen. */
  #perSite = new Uint16Array(1024);
  /** By hash: one more than the index of the entry last recorded there, or 0. */
  readonly #recent = new Uint32Array(RECENT);

  constructor(options: ComparisonLogOptions = {}) {
    const { maxEntries = 4096, maxPerSite = 32, maxStringLength = 512, isProxy = () => false } = options;
    this.#isProxy = isProxy;
    this.#maxEntries = maxEntries;
    this.#maxPerSite = maxPerSite;
    this.#maxStringLength = maxStringLength;
  }

  get enabled(): boolean {
    return this.#isEnabled;
  }

  set enabled(value: boolean) {
    this.#isEnabled = value;
    this.#setFlag();
  }

  /** Records what a probe of the kind `op` saw. Never throws: it runs between an operand and its use. */
  record(site: number, left: unknown, right: unknown, op: ProbeOp, radix?: number): void {
    if (this.flag[0] === 0 || this.#countOf(site) >= this.#maxPerSite) return;
    if (!isCompound(op, left)) {
      if (op === 'json') this.#add(site, op, right, '');
      else if (op === 'date') this.#addDate(site, right);
      // `switch` and `match` are compound.
      else if (op === '===' && isObject(left) && isObject(right)) this.#addLabels(site, left, right);
      else this.#add(site, op as ComparisonOp, left, right, undefined, radix);
      return;
    }
    // This is the most frequent operation, and its key is mostly the subscript of an array.
    if (op === 'member' && typeof right !== 'string') return;
    if (this.#isProxy(left) || this.#isProxy(right)) return;
    // Reading a collection may run code of the user (a getter). The comparisons of this code do not belong to the run.
    this.flag[0] = 0;
    this.#isUsed = true;
    const before = this.#perSite[site]!;
    try {
      for (const pair of operandPairs(op, left, right)) this.#add(site, pair.op, pair.left, pair.right, pair.flags);
      if (op !== 'switch') this.#countLookUp(site, before);
    } catch {
      // An object that cannot be read gives no operands.
    } finally {
      this.#setFlag();
    }
  }

  /** Returns the comparisons, in order, and clears the log. */
  take(): readonly Comparison[] {
    const entries = this.#entries;
    this.clear();
    return entries;
  }

  clear(): void {
    if (this.#entries.length === 0 && !this.#isUsed) return;
    this.#isUsed = false;
    this.#entries = [];
    this.#perSite.fill(0);
    this.#recent.fill(0);
    this.#setFlag();
  }

  /** A full log costs no more than one that is off. */
  #setFlag(): void {
    this.flag[0] = this.#isEnabled && this.#entries.length < this.#maxEntries ? 1 : 0;
  }

  /**
   * Each comparison with a key counts as an eighth of an ordinary comparison. A look-up that adds none counts as one
   * comparison, so that it is not examined a thousand times.
   */
  #countLookUp(site: number, before: number): void {
    const added = this.#perSite[site]! - before;
    this.#perSite[site] = before + Math.max(1, added >> 3);
  }

  #countOf(site: number): number {
    if (site >= this.#perSite.length) {
      const grown = new Uint16Array(2 * site);
      grown.set(this.#perSite);
      this.#perSite = grown;
    }
    return this.#perSite[site]!;
  }

  #add(site: number, op: ComparisonOp, left: unknown, right: unknown, flags?: string, radix?: number): void {
    // An equality of equal operands holds already; an order of equal operands has neighbors to try.
    if (left === right && !op.startsWith('<') && !op.startsWith('>')) return;
    if (!this.#areOperands(op, left, right)) return;
    const [one, other] = [left as Operand, right as Operand];
    const slot = (Math.imul(site, 0x9e3779b1) ^ sketch(one) ^ Math.imul(sketch(other), 31)) & (RECENT - 1);
    const seen = this.#entries[this.#recent[slot]! - 1];
    if (seen?.site === site && Object.is(seen.left, one) && Object.is(seen.right, other) && seen.op === op) return;
    if (this.#entries.length >= this.#maxEntries) return;
    this.#perSite[site]! += 1;
    this.#recent[slot] = this.#entries.push({ site, op, left: one, right: other, flags, radix });
    if (this.#entries.length === this.#maxEntries) this.flag[0] = 0;
  }

  #addLabels(site: number, left: object, right: object): void {
    if (left === right || this.#isProxy(left) || this.#isProxy(right)) return;
    const [mine, wanted] = [labelOf(left), labelOf(right)];
    if (mine !== null && wanted !== null) this.#add(site, 'label', mine, wanted);
  }

  #addDate(site: number, text: unknown): void {
    if (typeof text === 'string') this.#add(site, 'date', text, Date.parse(text));
  }

  #areOperands(op: ComparisonOp, left: unknown, right: unknown): boolean {
    if (op === 'number' || op === 'date')
      return typeof left === 'string' && this.#isOperand(left) && typeof right === 'number';
    if (isMissing(left)) return op === '===' && this.#isOperand(right);
    return this.#isOperand(left) && (this.#isOperand(right) || (op === '===' && isMissing(right)));
  }

  #isOperand(value: unknown): value is Operand {
    if (typeof value === 'string') return value.length <= this.#maxStringLength;
    if (typeof value === 'number') return !Number.isNaN(value);
    return typeof value === 'bigint';
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Properties that name an object. */
const LABELS = ['label', 'name', 'type', 'kind', 'keyword', 'value'];
const MAX_LABEL_LENGTH = 32;

/** The label of an object; null if it has none. Runs no getter. */
function labelOf(object: object): string | null {
  for (const key of LABELS) {
    const value: unknown = Object.getOwnPropertyDescriptor(object, key)?.value;
    if (typeof value === 'string' && value.length > 0 && value.length <= MAX_LABEL_LENGTH) return value;
  }
  return null;
}

/** True for the values that a read past the end of a text or list gives. */
function isMissing(value: unknown): boolean {
  return value === undefined || Number.isNaN(value);
}

/** A cheap hash: different values often have the same one. */
function sketch(value: Operand): number {
  if (value === undefined) return 5;
  if (typeof value === 'number') return value | 0;
  if (typeof value === 'bigint') return Number(BigInt.asIntN(32, value));
  const { length } = value;
  if (length === 0) return 7;
  return (
    (length << 16) ^ (value.charCodeAt(0) << 7) ^ (value.charCodeAt(length >> 1) << 3) ^ value.charCodeAt(length - 1)
  );
}
