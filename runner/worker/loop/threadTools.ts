import type { ComparisonLog } from '../../../src/coverage/comparisons/comparisonLog';
import type { CoverageMap } from '../../../src/coverage/coverageMap';
import type { OriginOptions } from '../../../src/failure/origin';
import type { LineOf } from './behaviorPlace';
import type { FlightRecorder } from '../../channel/flightRecorder';
import type { StackTraces } from './stackTraces';
import type { LateErrors } from './lateErrors';
import type { ThreadClock } from './threadClock';

/** The tools that all targets of a thread share. */
export interface ThreadTools {
  readonly recorder: FlightRecorder;
  readonly coverage: CoverageMap;
  readonly comparisons: ComparisonLog;
  readonly stackTraces: StackTraces;
  readonly clock: ThreadClock;
  readonly origins: OriginOptions;
  /** Missing: lines are those of the loaded text. */
  readonly lineOf?: LineOf;
  /** Catches errors that come later than the input that caused them. Missing: they are not caught. */
  readonly lateErrors?: LateErrors;
}
