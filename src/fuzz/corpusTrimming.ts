import type { Choices } from '../choice/choices';
import type { CorpusEntry } from '../corpus/corpus';
import type { Subject } from '../mutate/subject';
import type { Recording } from '../property/recording';
import type { Steps } from '../shrink/attempts/steps';
import { shrink, type ShrinkResult } from '../shrink/shrinker';
import type { Observation } from './attempt';
import { showsAll } from './showsAll';

/** At most this many inputs are run for one entry. */
const MOST_EVALUATIONS = 100;
/** Entries with at most this many choices are short enough. */
const SMALL = 3;
/** At most this many entries wait; the oldest are dropped. */
const MOST_WAITING = 64;

/**
 * Makes inputs of a corpus shorter, the newest first and one step at a time. It shrinks them like failures, with
 * another condition: the input must still show all features that it is kept for. A short input runs faster, and a
 * change of one of its choices means more.
 */
export class CorpusTrimming {
  readonly #waiting: CorpusEntry<Subject>[] = [];
  #steps: Steps<ShrinkResult> | null = null;
  #owned: readonly number[] = [];
  #candidate: Choices | null = null;

  add(entry: CorpusEntry<Subject>): void {
    if (entry.size <= SMALL) return;
    this.#waiting.push(entry);
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift();
  }

  /** The next input to run, with spans; null when there is nothing to do. */
  next(): Choices | null {
    while (this.#candidate === null) {
      const entry = this.#waiting.pop();
      if (entry === undefined) return null;
      // By now a shorter entry may own what this one was kept for.
      if (entry.owned.size === 0) continue;
      const { recording } = entry.data;
      this.#owned = [...entry.owned];
      this.#steps = shrink(recording, { maxEvaluations: MOST_EVALUATIONS, onlyShorter: true });
      this.#advance({ interesting: false, recording });
    }
    return this.#candidate;
  }

  /** Receives the result of the input that `next` returned. */
  observe(seen: Observation, recording: Recording): void {
    this.#advance({ interesting: seen.status === 'passed' && showsAll(seen, this.#owned), recording });
  }

  #advance(verdict: { interesting: boolean; recording: Recording }): void {
    const step = this.#steps!.next(verdict);
    this.#candidate = step.done === true ? null : step.value;
  }
}
