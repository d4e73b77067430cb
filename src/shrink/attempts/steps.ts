import type { Choices } from '../../choice/choices';
import type { Recording } from '../../property/recording';

/** What became of a candidate. */
export interface Verdict {
  /** It failed, with the origin that is being shrunk. */
  readonly interesting: boolean;
  /** What the run drew, with spans. */
  readonly recording: Recording;
}

/** The life of a shrink pass: it yields candidates to run, and is told what became of them. */
export type Steps<T> = Generator<Choices, T, Verdict>;
