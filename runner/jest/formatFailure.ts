import type { Config } from '@jest/types';
import { stripVTControlCharacters } from 'node:util';
import { withoutTemporaries } from '../../src/coverage/source/names';
import type { JestModules } from './jestModules';

export interface FormatOptions {
  readonly titles: readonly string[];
  readonly projectConfig: Config.ProjectConfig;
  readonly globalConfig: Config.GlobalConfig;
  readonly modules: JestModules;
  readonly testPath: string;
}

/** A thrown value as Jest prints it below the title of a test (`report`), and as Jest's results have it (`stack`). */
export function formatFailure(error: unknown, options: FormatOptions): { report: string; stack: string } {
  const { projectConfig, globalConfig, modules, testPath } = options;
  const { formatResultsErrors } = modules.load<typeof import('jest-message-util')>('jest-message-util');
  const stack = withoutTemporaries(stackOf(error));
  const details = { ancestorTitles: [], title: '', fullName: '', status: 'failed' as const, numPassingAsserts: 0 };
  const text = formatResultsErrors(
    [{ ...details, failureMessages: [stack], failureDetails: [] }],
    projectConfig,
    { ...globalConfig, noStackTrace: false },
    testPath,
  );
  // The text begins with an empty title.
  const report = stripVTControlCharacters(text ?? stack).replace(/^\s*●\s*\n+/, '');
  return { report: report.trimEnd(), stack };
}

/** The stacks of a thrown value and of its causes: the error that the user's code threw may be a cause. */
function stackOf(error: unknown, depth = 0): string {
  if (typeof error !== 'object' || error === null) return `thrown: ${String(error)}`;
  const { stack, message, cause } = error as { stack?: unknown; message?: unknown; cause?: unknown };
  const own = typeof stack === 'string' && stack !== '' ? stack : `thrown: ${String(message ?? error)}`;
  if (cause === undefined || cause === null || depth > 5) return own;
  return `${own}\n\nCause:\n${stackOf(cause, depth + 1)}`;
}
