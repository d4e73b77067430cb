import type { CheckParameters } from '../fastCheck/fastCheckHook';
import { runningTest, runningTestName, type CircusTest } from './runningTest';
import { targetIdOf, testNameOf } from '../fastCheck/targetId';
import { userFrames } from './print/userFrames';

/** One call of `fc.assert` or `fc.check` in an ordinary run. */
export interface OrdinaryTarget {
  readonly id: string;
  readonly file: string;
  /** Name of its test, without the seed that changes from run to run; see `testNameOf`. */
  readonly name: string;
  /** Which call of its test it is, from 0. */
  readonly ordinal: number;
  /** Its test; null when the test runner is not jest-circus. */
  readonly test: CircusTest | null;
}

/** The functions of the user's copy of fast-check that are used here. */
export interface FastCheck {
  check(property: unknown, parameters?: CheckParameters): unknown;
  stringify(value: unknown): string;
  defaultReportMessage(details: unknown): string | undefined;
  readConfigureGlobal(): CheckParameters | undefined;
  /** Missing in versions before 1.17. */
  readonly __version?: string;
}

/** A call of `fc.assert` or `fc.check`. */
export interface CheckCall {
  readonly fastCheck: FastCheck;
  readonly property: unknown;
  readonly parameters: CheckParameters | undefined;
  /** Whether the call is of `fc.assert`, which throws for a failure; `fc.check` returns its details. */
  readonly isAssert: boolean;
}

/** A call within a test, for a property that this package can run. */
export interface TargetCall extends CheckCall {
  readonly property: object;
  readonly target: OrdinaryTarget;
}

/** Counts the calls of each test of a file. */
export class OrdinaryTargets {
  private current = { name: '', cleanName: '', invocation: -1, ordinal: 0 };

  constructor(private readonly file: string) {}

  /** The target of the call that is made now; null when no test runs. */
  next(): OrdinaryTarget | null {
    const name = runningTestName();
    if (name === undefined) return null;
    const test = runningTest(name);
    const invocation = test?.invocations ?? 0;
    if (this.current.name !== name || this.current.invocation !== invocation) {
      this.current = { name, cleanName: testNameOf(name), invocation, ordinal: 0 };
    }
    const { ordinal, cleanName } = this.current;
    this.current.ordinal += 1;
    const { file } = this;
    return { id: targetIdOf(file, cleanName, ordinal), file, name: cleanName, ordinal, test };
  }
}

/**
 * A stack with the place of the call of `fc.assert`, or of the definition of its test. Must be called within the call of
 * `fc.assert`.
 */
export function stackAround({ target }: TargetCall): string {
  const here = new Error().stack ?? '';
  return userFrames(here).length > 0 ? here : (target.test?.asyncError?.stack ?? '');
}
