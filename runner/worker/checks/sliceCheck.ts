import { isLateErrorOrigin } from '../../../src/failure/lateErrorOrigin';
import type { RecordedFailure } from '../../../src/fuzz/failureList';
import { withPlugins } from '../../../src/property/withPlugins';
import { REPORTING_FRAMES } from '../loop/errorFrames';
import type { AsyncOwner } from '../loop/lateErrors';
import type { TargetLoop } from '../loop/targetLoop';
import { failCheck, passCheck, timeoutOf, type CheckCall, type CheckContext } from './checkCall';
import type { RunningTests } from './runningTests';

/** One execution of a test in a slice of its target. The fields that can change are its results. */
export interface SliceMode {
  readonly type: 'slice';
  readonly loop: TargetLoop;
  /** Wall seconds for which inputs run. */
  readonly seconds: number;
  readonly isLast: boolean;
  /** Sets how many frames errors keep. */
  readonly keepFrames: (count: number) => void;
  /** The failure that the test has seen: the check call failed with its input. null when the check call passed. */
  confirming: RecordedFailure | null;
  /** Whether the test has reached the property of the target. */
  reached: boolean;
  /** Responsible for the work that the test leaves behind; null when late errors are not caught. */
  owner: AsyncOwner | null;
}

/** A check call of the target of a slice: runs inputs. Then it passes, or fails so that the test confirms a failure. */
export function checkSlice(mode: SliceMode, call: CheckCall, tests: RunningTests, context: CheckContext): unknown {
  const { loop, keepFrames } = mode;
  const { property, parameters, copy } = call;
  const { running } = context;
  mode.reached = true;
  loop.bind(withPlugins(property, parameters['plugins']), timeoutOf(parameters, loop.target), copy.stringify);
  loop.importExamples(property.arb, parameters.examples);
  const finish = (): unknown => {
    const failure = loop.toConfirm() ?? (mode.isLast ? loop.anyUnconfirmed() : null);
    if (failure === null) return passCheck(call);
    mode.confirming = failure;
    if (mode.owner !== null) mode.owner.isAwaited = true;
    if (isLateErrorOrigin(failure.origin.key)) loop.lateErrors!.errors.counts = 'starts and slow work';
    keepFrames(REPORTING_FRAMES);
    return failCheck(call, context, loop, failure);
  };
  // The time of the slice begins here, because the hooks of the test may take longer than the slice. In the last slice,
  // known failures come before new inputs.
  const seconds = mode.isLast && loop.anyUnconfirmed() !== null ? 0 : mode.seconds;
  const until = context.tools.clock.wallSeconds() + seconds;
  const limit = { until, inputs: Infinity, isAbandoned: running.abandonment(), keepFrames };
  return running.run(loop.inputRunner, tests.fastExpect, () => loop.pump(limit), finish);
}
