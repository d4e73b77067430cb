import type { AssertionResult, TestResult } from '@jest/test-result';
import type { Config } from '@jest/types';
import type { FailureSnapshot } from '../../src/protocol/failure';
import type { JestModules } from '../jest/jestModules';
import { testNameOf } from '../fastCheck/targetId';
import type { TargetPool } from '../targets/targetPool';
import type { CollectedFile, Emit } from './collection';

export interface ResultsOptions {
  readonly emit: Emit;
  readonly globalConfig: Config.GlobalConfig;
  readonly modules: JestModules;
}

/** Gives Jest the results of all files that have targets. */
export async function emitResults(
  files: readonly CollectedFile[],
  pool: TargetPool,
  { emit, globalConfig, modules }: ResultsOptions,
): Promise<void> {
  for (const { test, result } of files) {
    const { config } = test.context;
    const failures = pool
      .all()
      .filter((target) => target.path === test.path && target.projectId === config.id)
      .flatMap((target) => target.openFailures().map((failure) => failure.snapshot));
    await emit.fileSuccess(test, finishedResult(result, failures, config, globalConfig, modules));
    // With --bail, Jest has begun to end the process, which takes a moment. No further file must be reported.
    if (globalConfig.bail > 0 && failures.length > 0) return;
  }
}

/**
 * The result of a file after fuzzing: its ordinary result, in which a failing test lists each distinct failure as an
 * entry of its own. Jest then prints one block per failure, and GitHub shows one annotation per failure. The simplest
 * failure comes last, because a terminal shows the end of the output.
 *
 * The run time stays that of the ordinary pass: Jest caches it to order files and to choose workers.
 */
function finishedResult(
  ordinary: TestResult,
  failures: readonly FailureSnapshot[],
  projectConfig: Config.ProjectConfig,
  globalConfig: Config.GlobalConfig,
  modules: JestModules,
): TestResult {
  if (failures.length === 0) return ordinary;
  const byTest = new Map<string, FailureSnapshot[]>();
  for (const failure of failures) {
    const list = byTest.get(failure.testName) ?? [];
    list.push(failure);
    byTest.set(failure.testName, list);
  }
  const testResults = ordinary.testResults.map((result) => {
    const own = byTest.get(testNameOf(result.fullName));
    return own === undefined ? result : withFailures(result, own);
  });
  const count = (status: AssertionResult['status']): number =>
    testResults.filter((result) => result.status === status).length;
  const { formatResultsErrors } = modules.load<typeof import('jest-message-util')>('jest-message-util');
  return {
    ...ordinary,
    testResults,
    numFailingTests: count('failed'),
    numPassingTests: count('passed'),
    failureMessage: formatResultsErrors(testResults, projectConfig, globalConfig, ordinary.testFilePath),
  };
}

function withFailures(result: AssertionResult, failures: readonly FailureSnapshot[]): AssertionResult {
  const ordered = [...failures].sort((a, b) => b.choices - a.choices);
  return {
    ...result,
    status: 'failed',
    failureMessages: ordered.map((failure) => failure.report),
    // Jest prints the details in place of the messages, if there are any. The messages are complete, so there are none.
    failureDetails: [],
  };
}
