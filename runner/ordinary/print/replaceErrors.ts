/** The fields of an event of jest-circus that are read here. */
interface CircusEvent {
  readonly name: string;
  readonly error?: unknown;
  readonly test?: { readonly errors: unknown[] };
}

/**
 * Replaces an error of a test at the moment when the test fails with it. `errorsFor` returns the errors that Jest shows
 * in its place, or null to keep it. Returns false when errors cannot be replaced, because the test runner is not
 * jest-circus. (jest-circus calls its handlers with each event; their list is on `globalThis`, under a registered
 * symbol.)
 */
export function replaceErrors(errorsFor: (error: unknown) => readonly unknown[] | null): boolean {
  const handlers = (globalThis as Record<symbol, unknown>)[Symbol.for('EVENT_HANDLERS')];
  if (!Array.isArray(handlers)) return false;
  handlers.push(({ name, error, test }: CircusEvent) => {
    if ((name !== 'test_fn_failure' && name !== 'hook_failure') || test === undefined) return;
    const shown = errorsFor(error);
    // An entry is a pair: the error, and an error from the test's definition whose stack is shown if the first has none.
    const at = test.errors.findLastIndex((entry) => Array.isArray(entry) && entry[0] === error);
    if (shown === null || at < 0) return;
    const [, asyncError] = test.errors[at] as readonly unknown[];
    test.errors.splice(at, 1, ...shown.map((each) => [each, asyncError]));
  });
  return true;
}
