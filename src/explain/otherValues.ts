import type { ChoiceValue } from '../choice/choices';
import type { Random } from '../choice/random';
import { countInputsLike, nextInOrder } from '../property/enumeration';
import { isSameValue } from '../property/sameValue';
import type { Part } from './parts';
import type { PartTape } from './partTape';

/** Parts with at most so many other values have all of them tried. */
const FEW = 100;

/** Choice sequences looked at for that: several may make the same value. */
const MOST_SEQUENCES = 4 * FEW;

/** Draws that bring nothing new before it is given up. */
const MOST_DRAWS = 32;

/** Other values for a part of an input: all of them where there are few, else distinct random ones. */
export class OtherValues {
  /** Choices of every other value; null when there are many. */
  readonly all: readonly (readonly ChoiceValue[])[] | null;
  private readonly seen: unknown[] = [];
  private given = 0;

  constructor(
    private readonly part: Part,
    own: readonly ChoiceValue[],
    private readonly tape: PartTape,
  ) {
    const made = tape.replay(part.arbitrary, own);
    this.all = made === null ? [] : this.enumerate(made.value);
    if (made !== null) this.seen.push(made.value);
  }

  /** Choices of a value that was not given before; null if there is none left, or none can be made. */
  next(): readonly ChoiceValue[] | null {
    if (this.all !== null) return this.all[this.given++] ?? null;
    for (let draw = 0; draw < MOST_DRAWS; draw += 1) {
      const made = this.draw();
      if (made === null || this.seen.some((value) => isSameValue(value, made.value))) continue;
      this.seen.push(made.value);
      return made.values;
    }
    return null;
  }

  /** Choices of any other value. */
  any(random: Random): readonly ChoiceValue[] | null {
    if (this.all !== null) return this.all[random.below(this.all.length)] ?? null;
    for (let draw = 0; draw < MOST_DRAWS; draw += 1) {
      const made = this.draw();
      if (made !== null && !isSameValue(this.seen[0], made.value)) return made.values;
    }
    return null;
  }

  private draw(): ReturnType<PartTape['make']> {
    return this.tape.make(this.part.arbitrary, { type: 'random', biased: false });
  }

  private enumerate(own: unknown): readonly (readonly ChoiceValue[])[] | null {
    const { part, tape } = this;
    const found: (readonly ChoiceValue[])[] = [];
    const values: unknown[] = [own];
    let next: readonly ChoiceValue[] | null = [];
    for (let count = 0; next !== null; count += 1) {
      const made = tape.replay(part.arbitrary, next);
      // A tail of simplest values may not come to an end where a random one does.
      if (made === null || count >= MOST_SEQUENCES || countInputsLike(made.recording) > MOST_SEQUENCES) return null;
      if (!values.some((value) => isSameValue(value, made.value))) {
        values.push(made.value);
        found.push(made.values);
        if (found.length > FEW) return null;
      }
      next = nextInOrder(made.recording);
    }
    return found;
  }
}
