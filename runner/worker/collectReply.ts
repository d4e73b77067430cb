import type { TestResult } from '@jest/test-result';
import { isFlaky } from '../../src/protocol/failureRate';
import type { NotCollected, NotCollectedCode } from '../../src/protocol/notCollected';
import type { TargetId } from '../../src/protocol/target';
import type { CollectReply, FoundTarget } from '../channel/messages';
import { testNameOf } from '../fastCheck/targetId';
import type { TargetLoop } from './loop/targetLoop';

/** The properties that the tests of a file reached in the ordinary pass. */
export interface Reached {
  /** Test file relative to the root. */
  readonly file: string;
  readonly found: readonly FoundTarget[];
  readonly loops: ReadonlyMap<TargetId, TargetLoop>;
  /** Properties that cannot be fuzzed. */
  readonly refused: readonly NotCollected[];
}

/** The reply after the ordinary pass of a file: its targets, and why its other tests have none. */
export function collectReply(result: TestResult, { file, found, loops, refused }: Reached): CollectReply {
  const failed = new Set(result.testResults.filter((test) => test.status === 'failed').map((test) => test.fullName));
  const expectsFailure = ({ id, fullName }: FoundTarget): boolean => {
    const unconfirmed = loops.get(id)?.anyUnconfirmed() ?? null;
    // The whole test may have passed because the failure is flaky.
    const isStable = unconfirmed !== null && unconfirmed.reruns.runs > 0 && !isFlaky(unconfirmed.reruns);
    return isStable && !failed.has(fullName);
  };
  const outcomes = new Map(result.testResults.map((test) => [testNameOf(test.fullName), resultOf(test.status)]));
  const entry = (testName: string, code: NotCollectedCode, reason: string): NotCollected => {
    return { file, testName, code, reason, result: outcomes.get(testName) ?? 'passed' };
  };
  const targets = found.filter((target) => !expectsFailure(target));
  const expecting = found
    .filter(expectsFailure)
    .map(({ testName }) =>
      entry(testName, 'expects-failure', 'The test passes although its property fails: it expects the failure.'),
    );
  const withProperty = new Set([...targets, ...refused, ...expecting].map(({ testName }) => testName));
  const without = result.testResults
    .map(({ fullName, status }) => ({ testName: testNameOf(fullName), outcome: resultOf(status) }))
    .filter(({ testName }) => !withProperty.has(testName))
    .map(({ testName, outcome }) => entry(testName, ...whyWithout(outcome)));
  const reports = targets.flatMap(({ id }) => {
    const loop = loops.get(id);
    return loop === undefined ? [] : [{ ...loop.report(), confirmations: [], replays: [], problem: null }];
  });
  const reported = refused.map((one) => ({ ...one, result: outcomes.get(one.testName ?? '') ?? one.result }));
  return { result: cloneable(result), targets, notCollected: [...reported, ...expecting, ...without], reports };
}

function whyWithout(outcome: NotCollected['result']): [NotCollectedCode, string] {
  if (outcome === 'skipped' || outcome === 'todo') return ['skipped', 'The test is skipped.'];
  if (outcome === 'failed') return ['test-failed', 'The test fails before it reaches a property.'];
  return ['no-property', 'The test has no fast-check property.'];
}

function resultOf(status: string): NotCollected['result'] {
  if (status === 'passed' || status === 'failed' || status === 'todo') return status;
  return 'skipped';
}

/** The result without its error objects: these may hold anything, and their text is in the messages. */
function cloneable(result: TestResult): TestResult {
  return { ...result, testResults: result.testResults.map((test) => ({ ...test, failureDetails: [] })) };
}
