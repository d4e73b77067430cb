import type { CheckParameters } from '../fastCheck/fastCheckHook';
import { runningTest, runningTestName, type CircusTest } from './runningTest';
import { targetIdOf, testNameOf } from '../fastCheck/targetId';

/** One call of `fc.assert` or `fc.check` in an ordinary run. */
export interface OrdinaryTarget {
  readonly id: string;
  readonly file: string;
  /** Name of its test, without what changes from run to run. */
  readonly name: string;
  readonly ordinal: number;
  /** Its test; null when nothing is known of it. */
  readonly test: CircusTest | null;
}

/** The user's copy of fast-check, as far as it is used here. */
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
  /** Called by `fc.assert`, which throws what `fc.check` returns. */
  readonly isAssert: boolean;
}

/** A call for a property that can be run by us, in a test. */
export interface TargetCall extends CheckCall {
  readonly property: object;
  readonly target: OrdinaryTarget;
}

/** Tells which call of its test a call is. */
export class OrdinaryTargets {
  private current = { name: '', cleanName: '', invocation: -1, ordinal: 0 };

  constructor(private readonly file: string) {}

  /** The target of the present call. A call outside of a test has none. */
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
