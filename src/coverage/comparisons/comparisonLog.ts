import type { Operand, ComparisonOp, Comparison } from './comparison';
import { isCompound, operandPairs } from './operandPairs';
import type { ProbeOp } from './findings';

export interface ComparisonLogOptions {
  /** Most comparisons kept of a run; 4096 by default. */
  readonly maxEntries?: number;
  /**
   * Comparisons kept of one site before it is passed over, so that a loop does not crowd out the rest; 32 by default.
   * One `switch` or look-up is not cut short: its last case matters as much as its first.
   */
  readonly maxPerSite?: number;
  /** Longer text is left out, in UTF-16 code units; 512 by default. */
  readonly maxStringLength?: number;
  /**
   * Tells a Proxy, whose traps would run if it were looked into: `isProxy` of `node:util`. By default nothing is one.
   */
  readonly isProxy?: (value: unknown) => boolean;
}

/** Slots of the table that drops repetitions; a power of two. */
const RECENT = 1024;

/**
 * What instrumented code compared since the last `clear` or `take`, while `enabled`. One per worker thread.
 * Values come from a sandbox with classes of its own: only `typeof` tells them apart, never `instanceof`.
 */
export class ComparisonLog {
  /** Read by the probes: they call `record` only where `flag[0]` is 1. */
  readonly flag = new Uint8Array(1);
  readonly #maxEntries: number;
  readonly #maxPerSite: number;
  readonly #maxStringLength: number;
  readonly #isProxy: (value: unknown) => boolean;
  #isEnabled = false;
  /** Whether anything of `#perSite` may not be 0. */
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

  /** Records what a probe of the kind `op` saw. Never throws: it stands between an operand and its use. */
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
    // The most frequent, and mostly a subscript.
    if (op === 'member' && typeof right !== 'string') return;
    if (this.#isProxy(left) || this.#isProxy(right)) return;
    // Looking into a collection may run code of the user (a getter), whose comparisons are none of the run's.
    this.flag[0] = 0;
    this.#isUsed = true;
    const before = this.#perSite[site]!;
    try {
      for (const pair of operandPairs(op, left, right)) this.#add(site, pair.op, pair.left, pair.right, pair.flags);
      if (op !== 'switch') this.#countLookUp(site, before);
    } catch {
      // An object that cannot be looked into has nothing to tell.
    } finally {
      this.#setFlag();
    }
  }

  /** What was recorded, in order; then begins anew. */
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
   * Many keys of one object count for less than many values; but a look-up that tells nothing new counts too, so that
   * it is not made a thousand times.
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
    // Equal operands of an equality are what an input would be changed for; an order has neighbors to try.
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

/** What an object calls itself, without running a getter. */
function labelOf(object: object): string | null {
  for (const key of LABELS) {
    const value: unknown = Object.getOwnPropertyDescriptor(object, key)?.value;
    if (typeof value === 'string' && value.length > 0 && value.length <= MAX_LABEL_LENGTH) return value;
  }
  return null;
}

/** What reading past the end of a text or list gives. */
function isMissing(value: unknown): boolean {
  return value === undefined || Number.isNaN(value);
}

/** A cheap hash; different values may well have the same. */
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
