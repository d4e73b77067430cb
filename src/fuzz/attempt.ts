import type { Choices } from '../choice/choices';
import type { Comparison } from '../coverage/comparisons/comparison';
import type { Recording } from '../property/recording';
import type { Source } from '../property/tape';
import type { Origin } from '../protocol/origin';

/**
 * What the fuzzer wants to be run next. The fuzzer only decides; its caller generates, executes and observes. So one
 * fuzzer serves synchronous and asynchronous properties, and goes on when the test is run anew.
 */
export interface Attempt {
  readonly source: Source;
  /** Also record spans: slower. */
  readonly isDetailed: boolean;
  /** For a detailed attempt: also record what is compared, which is several times slower again. Default: false. */
  readonly isCompared?: boolean;
  /**
   * The input failed before and most likely will again: its error keeps the frames of its stack, with places in the
   * user's own text. Any other attempt that fails is run once more to get them. Default: false.
   */
  readonly isFailing?: boolean;
}

/** What was seen of an attempt. Methods and `features` are valid until the next attempt. */
export interface Observation {
  readonly status: 'passed' | 'invalid' | 'overrun' | 'failed';
  /** The property rejected the input: by `fc.pre`, or by catching an error that it accepts. */
  readonly isRejected: boolean;
  /** Replayed choices did not fit: the property no longer draws what it drew. */
  readonly isMisaligned: boolean;
  /** Choices drawn, forks included. */
  readonly size: number;
  /** The first `featureCount` are what the run showed, rising: edge index * 8 + hit-count bucket. */
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
  /** What tells failures apart. Its places are those of the user's own text only in an attempt that `isFailing`. */
  readonly origin: () => Origin;
}
