import type { CheckParameters } from '../fastCheck/fastCheckHook';
import type { OrdinaryFile } from './ordinaryFile';
import type { FastCheck } from './ordinaryTarget';

/** The user's module `fast-check`: the functions that are replaced or called here. */
export interface FastCheckModule extends FastCheck {
  assert(property: unknown, parameters?: CheckParameters): unknown;
  default?: FastCheckModule;
}

/** What the checks of a test file need from the setup file. */
export interface SetUp {
  /** Whether an input may have to be replayed in this test file, so that its checks must ask `file` first. */
  readonly hasSaved: () => boolean;
  /** Handles the checks of this test file. It is made, and its code is loaded, at the first use. */
  readonly file: () => OrdinaryFile;
  /** Tells `file`, if it was made, that `assert` throws; see `OrdinaryFile.onThrow`. */
  readonly onThrow: OrdinaryFile['onThrow'];
}

/**
 * A copy of the module `fast-check` whose `check` and `assert` replay saved failures and save new ones, also on its
 * default export. This file is small, because each test file that loads fast-check loads it, too. For a property that
 * passes, nothing else is loaded.
 */
export function wrapFastCheck(actual: FastCheckModule, setUp: SetUp): FastCheckModule {
  const wrapped = wrap(actual, setUp);
  return actual.default === undefined ? wrapped : { ...wrapped, default: wrap(actual.default, setUp) };
}

function wrap(actual: FastCheckModule, { hasSaved, file, onThrow }: SetUp): FastCheckModule {
  const run = (property: unknown, parameters: CheckParameters | undefined, isAssert: boolean): unknown => {
    const isOurPath = typeof parameters?.path === 'string' && parameters.path.startsWith('fz1-');
    if (hasSaved() || isOurPath) return file().check({ fastCheck: actual, property, parameters, isAssert });
    return whenDone(actual.check(property, parameters), (details) => {
      if (!(details as { failed: boolean }).failed) return details;
      return file().onFailure({ fastCheck: actual, property, parameters, isAssert }, details);
    });
  };
  const check = (property: unknown, parameters?: CheckParameters): unknown => run(property, parameters, false);
  const assert = (property: unknown, parameters?: CheckParameters): unknown =>
    whenDone(run(property, parameters, true), (details) => throwIfFailed(actual, details, onThrow, assert));
  return { ...actual, check, assert };
}

/**
 * Does with the details of a property what fast-check's `assert` does: calls the user's reporter, or throws an error when
 * the property failed. The stack of this error begins at the call of `assert`.
 */
function throwIfFailed(
  actual: FastCheckModule,
  found: unknown,
  onThrow: SetUp['onThrow'],
  assert: (property: unknown) => unknown,
): unknown {
  const details = found as {
    failed: boolean;
    errorInstance: unknown;
    runConfiguration: { reporter?: (d: unknown) => void; asyncReporter?: (d: unknown) => unknown };
  };
  const { reporter, asyncReporter } = details.runConfiguration;
  const rethrow = (error: unknown): never => {
    onThrow(details, error, false);
    throw error;
  };
  try {
    if (asyncReporter !== undefined) return Promise.resolve(asyncReporter(details)).catch(rethrow);
    if (reporter !== undefined) return reporter(details);
  } catch (error) {
    rethrow(error);
  }
  if (!details.failed) return undefined;
  const message = actual.defaultReportMessage(details);
  // fast-check 4 gives its error a cause.
  const isOld = /^[0-3]\./.test(actual.__version ?? '4.');
  const error = isOld ? new Error(message) : new Error(message, { cause: details.errorInstance });
  Error.captureStackTrace(error, assert);
  onThrow(details, error, true);
  throw error;
}

function whenDone(value: unknown, next: (value: unknown) => unknown): unknown {
  return typeof (value as { then?: unknown } | null)?.then === 'function'
    ? (value as Promise<unknown>).then(next)
    : next(value);
}
