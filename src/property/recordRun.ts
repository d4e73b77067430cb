import type { Choices, ChoiceValue, Fork } from '../choice/choices';
import { doubleOrderOf } from './doubleOrder';
import type { PropertyLike, ValueLike } from './fastCheckTypes';
import { fromArrayInt } from './tapeRandom';

/** A value that fast-check itself generated, with the choices that make it again. */
export interface RecordedRun {
  readonly value: ValueLike;
  /** A copy of what was drawn so far: `fc.gen`, streams and schedulers draw while the property runs. */
  choices(): Choices;
}

/**
 * `property.generate(random, runId)` with every draw passed through unchanged to fast-check's own random source, and
 * recorded: the seed and path that fast-check prints stay valid. The arbitraries of the property must have been wrapped
 * before (an `InputRunner` wraps them): otherwise each copy that `fc.clone` makes is recorded on its own.
 */
export function recordRun(property: PropertyLike, random: object, runId: number | undefined): RecordedRun {
  const recorder = new RecordingRandom(random as RandomLike);
  const value = property.generate(recorder, runId);
  return { value, choices: () => ({ ...recorder.toFork(), biased: runId !== undefined }) };
}

/** fast-check's `Random`, as far as its versions agree. */
interface RandomLike {
  clone(): RandomLike;
  next(bits: number): number;
  nextBoolean(): boolean;
  nextInt(min?: number, max?: number): number;
  nextBigInt(min: bigint, max: bigint): bigint;
  nextArrayInt?(min: ArrayInt, max: ArrayInt): ArrayInt;
  nextDouble(): number;
  getState?(): unknown;
}

type ArrayInt = Parameters<typeof fromArrayInt>[0];

/** Hands every call on to fast-check's random source and keeps what it answered. */
export class RecordingRandom {
  /** As in `TapeRandom`: copies of `fc.clone` draw the same from the same state, and are recorded once. */
  aliasesLeft = 0;
  readonly #random: RandomLike;
  readonly #values: ChoiceValue[] = [];
  readonly #forks: RecordingRandom[] = [];

  constructor(random: RandomLike) {
    this.#random = random;
  }

  clone(): RecordingRandom | RandomLike {
    if (this.aliasesLeft > 0) {
      this.aliasesLeft -= 1;
      return this.#random.clone();
    }
    const fork = new RecordingRandom(this.#random.clone());
    this.#forks.push(fork);
    return fork;
  }

  nextInt(min?: number, max?: number): number {
    return this.#keep(this.#random.nextInt(min, max));
  }

  nextBigInt(min: bigint, max: bigint): bigint {
    const value = this.#random.nextBigInt(min, max);
    this.#keep(doubleOrderOf(min, max)?.toChoice(value) ?? value);
    return value;
  }

  nextArrayInt(min: ArrayInt, max: ArrayInt): ArrayInt {
    const value = this.#random.nextArrayInt!(min, max);
    const index = fromArrayInt(value);
    this.#keep(doubleOrderOf(fromArrayInt(min), fromArrayInt(max))?.toChoice(index) ?? index);
    return value;
  }

  next(bits: number): number {
    return this.#keep(this.#random.next(bits));
  }

  nextBoolean(): boolean {
    return this.#keep(this.#random.nextBoolean() ? 1 : 0) === 1;
  }

  /** Recorded as two choices of 26 and 27 bits: a tape answers this call with the same two. */
  nextDouble(): number {
    const value = this.#random.nextDouble();
    const bits = value * 0x20_0000_0000_0000;
    const high = Math.floor(bits / 0x800_0000);
    this.#keep(high);
    this.#keep(bits - high * 0x800_0000);
    return value;
  }

  getState(): unknown {
    return this.#random.getState?.();
  }

  toFork(): Fork {
    const forks = this.#forks.map((fork): Fork | null => {
      const choices = fork.toFork();
      return choices.values.length === 0 && choices.forks.length === 0 ? null : choices;
    });
    while (forks.length > 0 && forks.at(-1) === null) forks.pop();
    return { values: [...this.#values], forks };
  }

  #keep<T extends ChoiceValue>(value: T): T {
    this.#values.push(value);
    return value;
  }
}
