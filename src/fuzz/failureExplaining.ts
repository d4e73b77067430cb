import type { Choices } from '../choice/choices';
import type { Random } from '../choice/random';
import { Evidence, type RunOutcome, type SeenRun } from '../explain/evidence';
import { explain } from '../explain/explain';
import type { Origin } from '../protocol/origin';
import { InputSearch } from '../search/failingInput';
import type { Attempt, Observation } from './attempt';
import type { RecordedFailure } from './failureList';
import { failingAttempt } from './rerunInput';

interface Waiting {
  readonly failure: RecordedFailure;
  /** Made when the failure became minimal, so that the numbers do not depend on how long the confirmation takes. */
  readonly random: Random;
}

/**
 * Finds out what the minimal failures of a target depend on. A failure waits until it is confirmed and saved, because
 * an input that is run for the explanation may end the thread.
 */
export class FailureExplaining {
  private waiting: Waiting[] = [];
  /** What the runs showed while failures were made simpler. */
  private readonly evidence = new WeakMap<RecordedFailure, Evidence>();
  /** Origin keys of failures that are explained already: in an earlier run, or by another thread or process. */
  private readonly explained = new Set<string>();

  /** `onFailure` is called with each attempt that fails on the way. */
  constructor(
    /** A new stream for each explanation. */
    private readonly newRandom: () => Random,
    private readonly onFailure: (seen: Observation) => void,
  ) {}

  /** Whether a confirmed failure waits. */
  get isWaiting(): boolean {
    return this.waiting.some(({ failure }) => failure.isConfirmed);
  }

  /** The failure with this origin is not to be explained here. */
  skip(originKey: string): void {
    this.explained.add(originKey);
  }

  /** Keeps what a run showed while the failure was made simpler. */
  note(failure: RecordedFailure, seen: Observation): void {
    const evidence = this.evidence.get(failure) ?? new Evidence();
    this.evidence.set(failure, evidence);
    evidence.note(runOf(seen, failure.origin));
  }

  /** Puts a failure that has become minimal in line, unless it is explained already. */
  add(failure: RecordedFailure): void {
    // Hundreds of runs that take their whole time limit are not worth it.
    failure.isToExplain = failure.origin.errorClass !== 'timeout' && !this.explained.has(failure.origin.key);
    if (failure.isToExplain) this.waiting.push({ failure, random: this.newRandom() });
  }

  /**
   * Explains the confirmed failures. `isEnd`: nothing comes after this, so failures that are not confirmed are
   * explained, too.
   */
  *explainAll(isEnd = false): Generator<Attempt, void, Observation> {
    const ready = this.waiting.filter(({ failure }) => isEnd || failure.isConfirmed);
    for (const one of ready) yield* this.explainOne(one);
  }

  /** Explains one failure, unless its input has changed since it was put in line. */
  private *explainOne(one: Waiting): Generator<Attempt, void, Observation> {
    this.waiting = this.waiting.filter((other) => other !== one);
    const { failure, random } = one;
    if (!failure.isToExplain) return;
    const { origin, choices } = failure;
    const evidence = this.evidence.get(failure) ?? new Evidence();
    const start = yield failingAttempt(choices, 'stop');
    if (outcomeOf(start, origin) === 'same') {
      evidence.note(runOf(start, origin));
      const search = new InputSearch(explain(start.recording(), evidence, { random }));
      // A run may improve the failure: then the new input is explained after it has become minimal.
      const isStill = (): boolean => failure.choices === choices;
      const found = yield* search.advance((proposed) => this.run(proposed, origin), isStill);
      if (!isStill()) return;
      if (found !== null) failure.explained = found;
    }
    this.evidence.delete(failure);
    failure.isToExplain = false;
    failure.isNews = true;
  }

  private *run(choices: Choices, origin: Origin): Generator<Attempt, SeenRun, Observation> {
    const seen = yield failingAttempt(choices, 'simplest');
    if (seen.failure !== null) this.onFailure(seen);
    return runOf(seen, origin);
  }
}

function runOf(seen: Observation, origin: Origin): SeenRun {
  const { features, featureCount } = seen;
  return { outcome: outcomeOf(seen, origin), choices: seen.choices(), features, featureCount };
}

function outcomeOf({ status, failure }: Observation, { key }: Origin): RunOutcome {
  if (status === 'passed') return 'passed';
  if (failure === null) return 'rejected';
  return failure.origin().key === key ? 'same' : 'failed';
}
