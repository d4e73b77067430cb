import { toBlob } from '../../../src/choice/encoding';
import { arbitraryShape } from '../../../src/property/arbitraryShape';
import { InputRunner } from '../../../src/property/inputRunner';
import { withPlugins } from '../../../src/property/withPlugins';
import type { NotCollectedCode } from '../../../src/protocol/notCollected';
import type { TargetId } from '../../../src/protocol/target';
import type { FoundTarget } from '../../channel/messages';
import type { CheckParameters } from '../../fastCheck/fastCheckHook';
import { checkOneInput, choicesOfPath } from '../../fastCheck/runDetails';
import { testNameOf } from '../../fastCheck/targetId';
import { MAX_TIMER_MS } from '../../fastCheck/timerLimit';
import { versionOfPackage } from '../../scope/versionOfPackage';
import { failCheck, ORDINARY_RUNS, passCheck, timeoutOf, type CheckCall, type CheckContext } from './checkCall';
import type { RunningTest, RunningTests } from './runningTests';

/** The ordinary pass of one property takes at most this many wall seconds. */
const ORDINARY_SECONDS = 5;

/** The place of a check call in its test file. */
export interface CheckPlace {
  readonly id: TargetId;
  /** Full name of the test. */
  readonly fullName: string;
  /** Number of the call in its test, from 0. */
  readonly ordinal: number;
}

/**
 * A check call of the ordinary pass: makes the target, and runs its property as often as fast-check would run it. A
 * property that cannot be fuzzed is refused, and run by fast-check.
 */
export function checkOrdinary(call: CheckCall, place: CheckPlace, tests: RunningTests, context: CheckContext): unknown {
  const { original, property, parameters } = call;
  const { targets, running } = context;
  const refuse = (code: NotCollectedCode, reason: string): void => targets.refuse(place.fullName, code, reason);
  const unsupported = InputRunner.unsupportedReason(property);
  if (unsupported !== null) {
    refuse('custom-property', unsupported);
    return original(property, parameters);
  }
  if (typeof parameters.path === 'string' && parameters.path !== '') {
    refuse('has-path', 'Its parameters have a path: it replays one case.');
    return replayPath(call, parameters.path, context);
  }
  const test = tests.testNamed(place.fullName);
  if (test === undefined) return original(property, parameters);
  const target = targetOf(call, place, test, tests.defaultTimeoutMs, context.file);
  targets.found.set(target.id, target);
  if (context.held.has(target.id)) return passCheck(call);
  // Concurrent tests would mix their coverage: fast-check runs the property now, and we run it in the slices.
  if (test.isConcurrent) return original(property, parameters);
  const loop = targets.loopOf(target);
  // Half of the test's time: an input that never settles is found before Jest gives up on the test.
  const timeoutMs = timeoutOf(parameters, target) / 2;
  loop.bind(withPlugins(property, parameters['plugins']), timeoutMs, call.copy.stringify);
  loop.importExamples(property.arb, parameters.examples);
  loop.useDictionary(targets.dictionary());
  loop.startSlice();
  const limit = {
    until: context.tools.clock.wallSeconds() + Math.min(ORDINARY_SECONDS, timeoutMs / 1000),
    isAbandoned: running.abandonment(),
    inputs: Math.min(ORDINARY_RUNS, parameters.numRuns ?? ORDINARY_RUNS),
  };
  const finish = (): unknown => {
    const failure = loop.anyUnconfirmed();
    return failure === null ? passCheck(call) : failCheck(call, context, loop, failure);
  };
  return running.run(loop.inputRunner, tests.fastExpect, () => loop.pump(limit), finish);
}

/** Runs the one input of a path: a path that we have printed, or a path of fast-check's own. */
function replayPath(call: CheckCall, path: string, { replayRandom }: CheckContext): unknown {
  const { original, property, parameters } = call;
  const choices = choicesOfPath(path);
  if (choices === null) return original(property, parameters);
  const input = { choices, blob: toBlob(choices), inputs: 1, shrinks: 0 };
  return checkOneInput(original, property, parameters, input, replayRandom);
}

function targetOf(
  { property, parameters, copy }: CheckCall,
  { id, fullName, ordinal }: CheckPlace,
  test: RunningTest,
  defaultTimeoutMs: number,
  file: string,
): FoundTarget {
  return {
    id,
    file,
    testName: testNameOf(fullName),
    fullName,
    titles: test.titles.map(testNameOf),
    ordinal,
    inputTimeoutMs: inputTimeoutOf(test.timeoutMs, parameters, defaultTimeoutMs),
    shape: arbitraryShape(property.arb),
    fastCheck: versionOfPackage(copy.file) ?? undefined,
  };
}

/**
 * Limit of one input of a test. @fast-check/jest makes tests without a limit of their own: there, fast-check may
 * interrupt the property.
 */
function inputTimeoutOf(testTimeoutMs: number, parameters: CheckParameters, defaultTimeoutMs: number): number {
  if (testTimeoutMs < MAX_TIMER_MS) return testTimeoutMs;
  return Math.min(parameters.interruptAfterTimeLimit ?? defaultTimeoutMs, MAX_TIMER_MS);
}
