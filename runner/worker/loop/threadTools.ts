import type { ComparisonLog } from '../../../src/coverage/comparisons/comparisonLog';
import type { CoverageMap } from '../../../src/coverage/coverageMap';
import type { OriginOptions } from '../../../src/failure/origin';
import type { LineOf } from './behaviorPlace';
import type { FlightRecorder } from '../../channel/flightRecorder';
import type { StackTraces } from './stackTraces';
import type { LateErrors } from './lateErrors';
import type { ThreadClock } from './threadClock';

/** What all targets of a thread share. */
export interface ThreadTools {
  readonly recorder: FlightRecorder;
  readonly coverage: CoverageMap;
  readonly comparisons: ComparisonLog;
  readonly stackTraces: StackTraces;
  readonly clock: ThreadClock;
  readonly origins: OriginOptions;
  /** By default, lines are those of the loaded text. */
  readonly lineOf?: LineOf;
  /** What fails later than the input that started it. By default, nobody listens. */
  readonly lateErrors?: LateErrors;
}
