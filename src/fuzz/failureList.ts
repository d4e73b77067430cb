import type { Choices } from '../choice/choices';
import { compareChoices } from '../choice/order';
import type { Explained } from '../explain/explain';
import type { Reruns } from '../protocol/failureRate';
import type { Origin } from '../protocol/origin';

/** The best known input of one origin. */
export interface RecordedFailure {
  readonly origin: Origin;
  errorName: string;
  message: string;
  input: string;
  choices: Choices;
  size: number;
  state: 'found' | 'shrinking' | 'minimal' | 'flaky';
  /** How often the present input failed when it was run again; for a flaky failure, the sum for all its inputs. */
  reruns: Reruns;
  /**
   * For a flaky failure: how many later inputs that failed at its place were tried, because they may fail each time.
   */
  trials: number;
  /** How often the whole test passed with the present input. */
  passes: number;
  /** How often the failure became simpler. */
  shrinks: number;
  /** Turns of shrinking since another run last improved the failure. */
  rounds: number;
  /**
   * The failure happened once, and its place is not known. When it happens the next time, its stack will have the
   * frames.
   */
  waitsForPlace: boolean;
  /** What the present input depends on; null while it is not explained. */
  explained: Explained | null;
  /** Whether to explain the failure after it is confirmed. */
  isToExplain: boolean;
  /** Changed since it was last reported. */
  isNews: boolean;
  /** The present input was seen to fail the whole test. */
  isConfirmed: boolean;
}

/** The facts about an input that failed, at the time when it is found. */
export type FoundInput = Pick<RecordedFailure, 'origin' | 'errorName' | 'message' | 'input' | 'choices' | 'size'>;

/**
 * All distinct failures of a target. Every execution, in any phase, may add a failure or improve any failure of the
 * list. So nothing is lost when the shrinking of one failure slips into another failure.
 */
export class FailureList {
  private readonly byOrigin = new Map<string, RecordedFailure>();

  get(originKey: string): RecordedFailure | undefined {
    return this.byOrigin.get(originKey);
  }

  all(): Iterable<RecordedFailure> {
    return this.byOrigin.values();
  }

  remove(originKey: string): void {
    this.byOrigin.delete(originKey);
  }

  /** Adds the counts of more runs of a failure. */
  addReruns(failure: RecordedFailure, { runs, fails }: Reruns): void {
    failure.reruns = { runs: failure.reruns.runs + runs, fails: failure.reruns.fails + fails };
  }

  /**
   * Adds a failure that another process has already made simple: it is not reported, and there is nothing left to do
   * for it.
   */
  know(found: FoundInput): void {
    this.remove(found.origin.key);
    const entry = this.add(found)!;
    Object.assign(entry, { state: 'minimal', isNews: false, isConfirmed: true });
  }

  /** Gives a failure another input, which does not have to be simpler. */
  replace(failure: RecordedFailure, found: Pick<RecordedFailure, 'input' | 'choices' | 'size' | 'reruns'>): void {
    Object.assign(failure, found, { state: 'found', rounds: 0, passes: 0, isConfirmed: false, isNews: true });
    Object.assign(failure, NOT_EXPLAINED);
  }

  /** As `note`, with the text of the input at hand. */
  add(found: FoundInput): RecordedFailure | null {
    return this.note(found.origin, { ...found, input: () => found.input });
  }

  /** Notes that `choices` fail with `origin`; returns the entry when it is new or became simpler, else null. */
  note(
    origin: Origin,
    found: { errorName: string; message: string; input: () => string; choices: Choices; size: number },
  ): RecordedFailure | null {
    const { errorName, message, choices, size } = found;
    const old = this.byOrigin.get(origin.key);
    if (old === undefined) {
      const entry: RecordedFailure = {
        origin,
        errorName,
        message,
        input: found.input(),
        choices,
        size,
        reruns: NEVER,
        trials: 0,
        passes: 0,
        state: 'found',
        shrinks: 0,
        rounds: 0,
        waitsForPlace: false,
        explained: null,
        isToExplain: false,
        isNews: true,
        isConfirmed: false,
      };
      this.byOrigin.set(origin.key, entry);
      return entry;
    }
    // A flaky failure keeps its input, because another input that failed once is no better.
    if (old.state === 'flaky' || compareChoices(choices, old.choices) >= 0) return null;
    Object.assign(old, { errorName, message, input: found.input(), choices, size });
    Object.assign(old, { reruns: NEVER, passes: 0, isConfirmed: false, isNews: true, ...NOT_EXPLAINED });
    old.shrinks += 1;
    if (old.state === 'minimal') {
      old.state = 'found';
      old.rounds = 0;
    }
    return old;
  }
}

const NEVER: Reruns = { runs: 0, fails: 0 };
const NOT_EXPLAINED = { explained: null, isToExplain: false } as const;
