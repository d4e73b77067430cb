import type { ChoiceValue } from '../choice/choices';
import type { Random } from '../choice/random';
import { isArbitrary } from '../property/fastCheckTypes';
import type { Recording } from '../property/recording';
import { Tape, type Source } from '../property/tape';

/** Longest part of an input that is made anew. */
const BUDGET = 512;

/** A part of an input, made apart from the rest. */
export interface MadePart {
  readonly values: readonly ChoiceValue[];
  /** Nobody has run or changed it. */
  readonly value: unknown;
  readonly recording: Recording;
}

/** Makes parts of inputs with the arbitraries they came from, without a run of the property. */
export class PartTape {
  private readonly tape: Tape;

  constructor(random: Random) {
    this.tape = new Tape(random, BUDGET);
  }

  /** null if it needs too many choices, draws lazily, or if what the user wrote for it throws. */
  make(arbitrary: object, source: Source, recordsSpans = false): MadePart | null {
    if (!isArbitrary(arbitrary)) return null;
    const { tape } = this;
    tape.start(source, recordsSpans);
    try {
      const made = arbitrary.generate(tape.root, undefined);
      const recording = tape.recording();
      const { values, forks } = recording.choices;
      if (tape.isOverrun || forks.some((fork) => fork !== null)) return null;
      return { values, value: made.value_, recording };
    } catch {
      return null;
    }
  }

  /** The part with these choices, or with what follows from them: simplest values come after them. */
  replay(arbitrary: object, values: readonly ChoiceValue[], recordsSpans = false): MadePart | null {
    const choices = { biased: false, values, forks: [] };
    return this.make(arbitrary, { type: 'replay', choices, tail: 'simplest' }, recordsSpans);
  }
}
