import type { Choices } from '../../choice/choices';
import type { Recording } from '../../property/recording';

/** The result of running a candidate. */
export interface Verdict {
  /** Whether it failed with the origin that is being shrunk. */
  readonly interesting: boolean;
  /** The choices that the run drew, with spans. */
  readonly recording: Recording;
}

/** A shrink pass: it yields candidates to run, and receives the verdict on each. */
export type Steps<T> = Generator<Choices, T, Verdict>;
