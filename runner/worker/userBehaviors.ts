import type { CoverageMap } from '../../src/coverage/coverageMap';
import { hashText } from '../../src/coverage/source/hash';

/** Longer labels and texts are cut. */
const MAX_LENGTH = 200;

/** One thread counts at most this many behaviors of each of the three kinds. */
const MAX_OF_KIND = 10_000;

/** The first values of a label, this many, have a behavior each; all later values share `SHARED` behaviors. */
const MAX_VALUES = 256;
const SHARED = 64;

/** Steps of a target's value between one power of two and the next. Each is about a tenth more than the step before. */
const STEPS_PER_DOUBLING = 8;

/**
 * Counts the behaviors that users add to the branches of the code, with the functions of `runner/api.ts`. Each behavior
 * is a feature of the coverage map, which is registered when it is first seen.
 */
export class UserBehaviors {
  readonly #events: Kind;
  readonly #values: Kind;
  readonly #steps: Kind;
  /** By label: its values that have a behavior each. */
  readonly #seen = new Map<string, Set<string>>();
  /** The functions that `runner/api.ts` finds on the global object of a fuzz session. */
  readonly globals: Readonly<Record<symbol, unknown>> = {
    [Symbol.for('fuzz-runner.event@1')]: (label: string) => this.event(label),
    [Symbol.for('fuzz-runner.observe@1')]: (label: string, value: unknown) => this.observe(label, value),
    [Symbol.for('fuzz-runner.target@1')]: (value: number | bigint, label: string) => this.target(value, label),
  };

  constructor(coverage: CoverageMap) {
    this.#events = new Kind('label', coverage);
    this.#values = new Kind('value', coverage);
    this.#steps = new Kind('target', coverage);
  }

  /** Counts a label. */
  event(label: string): void {
    const counters = this.#events.of(cut(label));
    // The number of calls counts, like the number of times that a branch is taken.
    if (counters !== null) counters[0]! += 1;
  }

  /** Counts that a label had a value. */
  observe(label: string, value: unknown): void {
    const name = cut(label);
    let seen = this.#seen.get(name);
    if (seen === undefined) {
      seen = new Set();
      if (this.#seen.size < MAX_OF_KIND) this.#seen.set(name, seen);
    }
    let text = textOf(value);
    if (!seen.has(text)) {
      if (seen.size < MAX_VALUES) seen.add(text);
      else text = `#${Number.parseInt(hashText(text).slice(0, 8), 16) % SHARED}`;
    }
    this.#values.mark(`${name}=${text}`);
  }

  /**
   * Counts how large a value was. Every step is a behavior of its own, not only the highest step. The corpus keeps the
   * simplest input for each step, and makes new inputs from the input with the rarest step, which is the highest.
   */
  target(value: number | bigint, label: string): void {
    const step = stepOf(Number(value));
    if (step !== null) this.#steps.mark(`${cut(label)}:${step}`);
  }
}

/** Behaviors of one kind, by the text that names them. */
class Kind {
  readonly #counters = new Map<string, Uint8Array>();

  constructor(
    private readonly prefix: string,
    private readonly coverage: CoverageMap,
  ) {}

  /** Marks that this run showed the behavior. How often does not matter. */
  mark(name: string): void {
    const counters = this.of(name);
    if (counters !== null) counters[0] = 1;
  }

  /** The counter of a behavior; null when there are too many behaviors. */
  of(name: string): Uint8Array | null {
    const known = this.#counters.get(name);
    if (known !== undefined) return known;
    if (this.#counters.size >= MAX_OF_KIND) return null;
    const key = `${this.prefix} ${name}`;
    const edge = { id: hashText(key), kind: 'label', line: 0, column: 0 } as const;
    const counters = this.coverage.addFeature(edge, key);
    if (counters !== null) this.#counters.set(name, counters);
    return counters;
  }
}

/**
 * A whole number that rises by one when the value rises by about a tenth; each whole value below 16 has a step of its
 * own. null for NaN.
 */
export function stepOf(value: number): number | null {
  if (Number.isNaN(value)) return null;
  if (value === 0) return 0;
  // Positive even for the smallest double: 0 is the step of the value 0.
  const size = Math.floor(Math.log2(Math.min(Math.abs(value), Number.MAX_VALUE)) * STEPS_PER_DOUBLING);
  const step = size + 1075 * STEPS_PER_DOUBLING;
  return value > 0 ? step : -step;
}

/** `1` and `'1'` are not the same. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return `string ${cut(value)}`;
  try {
    return `${typeof value} ${cut(String(value))}`;
  } catch {
    // Objects without a prototype, and those whose own toString throws.
    return typeof value;
  }
}

function cut(text: unknown): string {
  return String(text).slice(0, MAX_LENGTH);
}
