import type { Choices } from '../choice/choices';
import type { Comparison } from '../coverage/comparisons/comparison';
import type { Recording } from '../property/recording';
import type { Source } from '../property/tape';
import type { Origin } from '../protocol/origin';

/**
 * What the fuzzer wants to be run next. The fuzzer only decides; its caller generates, executes and observes. So one
 * fuzzer serves synchronous and asynchronous properties, and can continue when the test is executed anew.
 */
export interface Attempt {
  readonly source: Source;
  /** Whether to record spans, too. This is slower. */
  readonly isDetailed: boolean;
  /**
   * For a detailed attempt: whether to record what is compared, too. This is several times slower again. Default:
   * false.
   */
  readonly isCompared?: boolean;
  /**
   * Whether the input failed before and will most likely fail again. Then its error keeps the frames of its stack, with
   * places in the user's own text. Any other attempt that fails is run once more to get these frames. Default: false.
   */
  readonly isFailing?: boolean;
}

/** The result of an attempt, as the fuzzer sees it. Methods and `features` are valid until the next attempt. */
export interface Observation {
  readonly status: 'passed' | 'invalid' | 'overrun' | 'failed';
  /** The property rejected the input: by `fc.pre`, or by catching an error that it accepts. */
  readonly isRejected: boolean;
  /** Replayed choices did not fit: the property does not draw any more what it drew before. */
  readonly isMisaligned: boolean;
  /** Choices drawn, forks included. */
  readonly size: number;
  /**
   * The first `featureCount` entries are the features that the run showed, in rising order: edge index * 8 + hit-count
   * bucket.
   */
  readonly features: Uint32Array;
  readonly featureCount: number;
  /** Null unless the status is `failed`. */
  readonly failure: ObservedFailure | null;
  choices(): Choices;
  recording(): Recording;
  /** Operands seen in an attempt that `isCompared`. */
  comparisons(): readonly Comparison[];
  /** The arguments as fast-check prints them. */
  text(): string;
}

export interface ObservedFailure {
  /** A text that is cheap to make, and the same for the same place of failure within this process. */
  readonly rawKey: string;
  readonly errorName: string;
  readonly message: string;
  /**
   * The origin, by which failures are told apart. Only in an attempt that `isFailing` are its places those of the
   * user's own text.
   */
  readonly origin: () => Origin;
}
