import { errorsForJest, reportsAsText, type FailureReport } from './failureReport';
import { replaceErrors } from './replaceErrors';

interface Printed {
  readonly errors: readonly Error[];
  /** The message of the error when it was thrown. */
  readonly message: unknown;
  /** Whether the thrown error is in fast-check's own form. Then the last of `errors` has all its information. */
  readonly isNative: boolean;
}

/** At most this many causes of an error are compared with the errors we threw. */
const MAX_CAUSES = 5;

/**
 * Prints the failures of a property through Jest. The test gets the error that fast-check would have thrown. If the
 * test fails with this error, the reports replace it, with one error for each report. A test that expects the failure
 * sees no difference.
 */
export class PrintedFailures {
  private readonly byDetails = new WeakMap<object, { reports: readonly FailureReport[]; around: string }>();
  private readonly byError = new WeakMap<object, Printed>();
  private readonly canReplace = replaceErrors((error) => this.errorsFor(error));

  /**
   * Keeps the reports to print when `fc.assert` throws for `details`, which are about the last of `reports`. `around`:
   * a stack with the place of the call.
   */
  add(details: object, reports: readonly FailureReport[], around: string): void {
    this.byDetails.set(details, { reports, around });
  }

  /** `fc.assert` throws `error` for `details`. `isNative`: in fast-check's own form, not made by the user's reporter. */
  onThrow(details: object, error: unknown, isNative: boolean): void {
    const known = this.byDetails.get(details);
    if (known === undefined || typeof error !== 'object' || error === null) return;
    const { reports, around } = known;
    if (this.canReplace) {
      const errors = errorsForJest(reports, around);
      this.byError.set(error, { errors, message: messageOf(error), isNative });
    } else {
      append(error as Error, reportsAsText(isNative ? reports : reports.slice(0, -1)));
    }
  }

  /** The errors to show in place of `error`, when we threw it or one of its causes; else null. */
  private errorsFor(error: unknown): readonly unknown[] | null {
    let inner = error;
    for (let depth = 0; depth <= MAX_CAUSES; depth += 1) {
      if (typeof inner !== 'object' || inner === null) return null;
      const printed = this.byError.get(inner);
      if (printed !== undefined) {
        const isAsThrown = inner === error && printed.isNative && messageOf(inner) === printed.message;
        return isAsThrown ? printed.errors : [...printed.errors.slice(0, -1), error];
      }
      inner = (inner as { cause?: unknown }).cause;
    }
    return null;
  }
}

function messageOf(error: object): unknown {
  return (error as { message?: unknown }).message;
}

/** Adds a text to the message of an error, and to its stack, which begins with the message. */
function append(error: Error, text: string): void {
  if (text === '') return;
  const { message, stack } = error;
  try {
    error.message = `${message}\n\n${text}`;
    if (typeof stack === 'string') error.stack = stack.replace(message, () => `${message}\n\n${text}`);
  } catch {
    // The error is frozen: its text stays as it is.
  }
}
