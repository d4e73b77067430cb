import type { Comparison } from '../coverage/comparisons/comparison';

/** At most this many operands of each type are kept. */
const MOST = 128;
/** Longer texts are not kept: they are mostly the input itself. */
const MAX_LENGTH = 64;

/** Operands of recorded comparisons; the oldest make room for new ones. */
export class RecentOperands {
  readonly strings: string[] = [];
  readonly numbers: number[] = [];
  readonly #known = new Set<string | number>();

  add({ left, right, op }: Comparison): void {
    // The source of a pattern is not a text that the pattern matches; a number that was read from a text is compared elsewhere.
    if (op === 'test' || op === 'number' || op === 'date' || op === 'json') return;
    this.#addOne(left);
    this.#addOne(right);
  }

  #addOne(value: unknown): void {
    if (typeof value === 'string' && value.length > 0 && value.length <= MAX_LENGTH) this.#keep(this.strings, value);
    else if (typeof value === 'number' && Number.isFinite(value)) this.#keep(this.numbers, value);
  }

  #keep<T extends string | number>(list: T[], value: T): void {
    if (this.#known.has(value)) return;
    this.#known.add(value);
    list.push(value);
    if (list.length > MOST) this.#known.delete(list.shift()!);
  }
}
