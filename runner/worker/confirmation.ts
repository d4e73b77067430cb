import type { Config } from '@jest/types';
import { toBlob } from '../../src/choice/encoding';
import { isLateErrorOrigin } from '../../src/failure/lateErrorOrigin';
import type { RecordedFailure } from '../../src/fuzz/failureList';
import { isFlaky, rerunsText } from '../../src/protocol/failureRate';
import { formatFailure } from '../jest/formatFailure';
import type { JestModules } from '../jest/jestModules';
import type { Confirmation } from '../channel/messages';
import { LateError, type LateErrorKind } from './loop/lateErrors';

/** The test file whose failure is reported, and the configuration for Jest's report of it. */
export interface ReportingSession {
  readonly projectConfig: Config.ProjectConfig;
  readonly globalConfig: Config.GlobalConfig;
  readonly modules: JestModules;
  readonly testPath: string;
}

/**
 * The result of the whole test after a run with the input of `failure`, with Jest's report of the first error.
 * `errors`: what the test threw. Makes a failure flaky when its reruns show it and the test has passed.
 */
export function confirmationFor(
  failure: RecordedFailure,
  errors: readonly unknown[],
  { projectConfig, globalConfig, modules, testPath }: ReportingSession,
): Confirmation {
  const originKey = failure.origin.key;
  // A test cannot expect an error that no code catches: in this run, the error got lost.
  const isLost = isLateErrorOrigin(originKey) && errors.length === 0;
  if (isLost && !isFlaky(failure.reruns)) failure.reruns = { runs: failure.passes, fails: 0 };
  if (isFlaky(failure.reruns) && errors.length === 0) {
    failure.state = 'flaky';
    const report = `This failure is flaky. ${rerunsText(failure.reruns)}\n\nCounterexample: ${failure.input}\n${failure.errorName}: ${failure.message}`;
    return { originKey, testFailed: true, report, stack: report };
  }
  if (errors.length === 0) return { originKey, testFailed: false, report: '', stack: '' };
  const [error] = errors;
  const isLateError = error instanceof LateError;
  const thrown = isLateError ? error.error : error;
  const { report, stack } = formatFailure(thrown, { titles: [], projectConfig, globalConfig, modules, testPath });
  const lead = isLateError ? `${lateErrorText(error.kind, failure)}\n\n` : '';
  return { originKey, testFailed: true, report: lead + report, stack: lead + stack };
}

/** The head of the report of a late error: how it came, and its input. Jest's own report has neither. */
function lateErrorText(kind: LateErrorKind, { input, choices }: RecordedFailure): string {
  const what =
    kind === 'unhandled rejection'
      ? 'A promise was rejected, and nobody handled it. The property itself passed.'
      : 'An error was thrown after the property had passed, and nobody caught it.';
  return `${what}\n\nCounterexample: ${input}\nTo run it again, give the property { path: "${toBlob(choices)}" }.`;
}
