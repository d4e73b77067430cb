import type { ChoiceValue } from '../choice/choices';
import type { Random } from '../choice/random';
import { isArbitrary } from '../property/fastCheckTypes';
import type { Recording } from '../property/recording';
import { Tape, type Source } from '../property/tape';

/** A part may draw at most this many choices. */
const BUDGET = 512;

/** A part of an input that was generated without the rest. */
export interface MadePart {
  readonly values: readonly ChoiceValue[];
  /** The generated value. No run has used it, so no run has changed it. */
  readonly value: unknown;
  readonly recording: Recording;
}

/** Generates parts of inputs with their own arbitraries, without a run of the property. */
export class PartTape {
  private readonly tape: Tape;

  constructor(random: Random) {
    this.tape = new Tape(random, BUDGET);
  }

  /** Generates a part. Null if it needs too many choices, if it draws lazily, or if the user's code in it throws. */
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

  /** Generates the part from these choices. If there are too few choices, the simplest ones follow. */
  replay(arbitrary: object, values: readonly ChoiceValue[], recordsSpans = false): MadePart | null {
    const choices = { biased: false, values, forks: [] };
    return this.make(arbitrary, { type: 'replay', choices, tail: 'simplest' }, recordsSpans);
  }
}
