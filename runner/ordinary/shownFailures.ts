import { reportErrors, reportText, userFrames, type FailureReport } from './failureReport';
import type { TargetCall } from './ordinaryTarget';
import { onTestFailure } from './runningTest';

interface Shown {
  readonly errors: readonly Error[];
  /** The message as it was thrown. */
  readonly message: unknown;
  /** The error says what the last of `errors` says, in fast-check's own form. */
  readonly isNative: boolean;
}

/** Causes of an error in which ours is looked for. */
const MAX_CAUSES = 5;

/**
 * What Jest shows of the failures of a property. The test gets the error that fast-check would have thrown; only if the
 * test fails with it are the reports put in its place, one error for each.
 */
export class ShownFailures {
  private readonly byDetails = new WeakMap<object, { reports: readonly FailureReport[]; around: string }>();
  private readonly byError = new WeakMap<object, Shown>();
  private readonly canReplace = onTestFailure((error) => this.errorsFor(error));

  /** `details` are about the last of `reports`. `around`: a stack that has the place of the call. */
  add(details: object, reports: readonly FailureReport[], around: string): void {
    this.byDetails.set(details, { reports, around });
  }

  /** The failure of `details` is reported by throwing `error`. */
  thrown(details: object, error: unknown, isNative: boolean): void {
    const known = this.byDetails.get(details);
    if (known === undefined || typeof error !== 'object' || error === null) return;
    const { reports, around } = known;
    if (this.canReplace) {
      const errors = reportErrors(reports, around);
      this.byError.set(error, { errors, message: messageOf(error), isNative });
    } else {
      append(error as Error, reportText(isNative ? reports : reports.slice(0, -1)));
    }
  }

  private errorsFor(error: unknown): readonly unknown[] | null {
    let inner = error;
    for (let depth = 0; depth <= MAX_CAUSES; depth += 1) {
      if (typeof inner !== 'object' || inner === null) return null;
      const shown = this.byError.get(inner);
      if (shown !== undefined) {
        const isAsThrown = inner === error && shown.isNative && messageOf(inner) === shown.message;
        return isAsThrown ? shown.errors : [...shown.errors.slice(0, -1), error];
      }
      inner = (inner as { cause?: unknown }).cause;
    }
    return null;
  }
}

/** A stack in which the call of `fc.assert` is, or at least its test. To be asked in the call itself. */
export function stackAround({ target }: TargetCall): string {
  const here = new Error().stack ?? '';
  return userFrames(here).length > 0 ? here : (target.test?.asyncError?.stack ?? '');
}

function messageOf(error: object): unknown {
  return (error as { message?: unknown }).message;
}

/** Adds a text to the message of an error, and to its stack, which begins with it. */
function append(error: Error, text: string): void {
  if (text === '') return;
  const { message, stack } = error;
  try {
    error.message = `${message}\n\n${text}`;
    if (typeof stack === 'string') error.stack = stack.replace(message, () => `${message}\n\n${text}`);
  } catch {
    // A frozen error keeps its own words.
  }
}
