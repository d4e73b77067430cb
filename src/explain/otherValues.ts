import type { ChoiceValue } from '../choice/choices';
import type { Random } from '../choice/random';
import { countInputsLike, nextInOrder } from '../property/enumeration';
import { isSameValue } from '../property/sameValue';
import type { Part } from './parts';
import type { PartTape } from './partTape';

/** If a part has at most this many other values, all of them are tried. */
const FEW = 100;

/** At most this many choice sequences are enumerated: several of them may generate the same value. */
const MOST_SEQUENCES = 4 * FEW;

/** After this many draws without a new value, the search ends. */
const MOST_DRAWS = 32;

/** Other values for a part of an input: all of them if there are few, or else distinct random ones. */
export class OtherValues {
  /** The choices of every other value; null when there are too many. */
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

  /** The choices of a value that was not returned before; null if none is left, or if none can be generated. */
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

  /** The choices of some other value, which may have been returned before; null if none can be generated. */
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
      // With a tail of simplest values, generation may never end, even if it ends with random values.
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
