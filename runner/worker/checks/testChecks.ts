import type { Choices } from '../../../src/choice/choices';
import type { Check, CheckHook, CheckParameters, FastCheckCopy } from '../../fastCheck/fastCheckHook';
import { targetIdOf, testNameOf } from '../../fastCheck/targetId';
import { passCheck, type CheckCall, type CheckContext, type CheckedProperty } from './checkCall';
import { checkOrdinary } from './ordinaryCheck';
import { checkReplay, type ReplayMode } from './replayCheck';
import type { RunningTests } from './runningTests';
import { checkSlice, type SliceMode } from './sliceCheck';

/** The purpose of the check calls: the ordinary pass, the slice of a target, or one input of a target. */
export type CheckMode = { readonly type: 'collect' } | SliceMode | ReplayMode;

const COLLECT: CheckMode = { type: 'collect' };

/** Answers each `fc.assert` and `fc.check` that the tests of one file call. */
export class TestChecks {
  readonly hook: CheckHook = {
    check: (original, property, parameters, copy) => this.check(original, property, parameters, copy),
  };
  private mode = COLLECT;
  private tests: RunningTests | null = null;
  /** By name of a test, without seed: how many check calls it has made since it started. */
  private readonly ordinals = new Map<string, number>();

  constructor(private readonly context: CheckContext) {}

  /** To be called when circus is set up. */
  attach(tests: RunningTests): void {
    this.tests = tests;
  }

  /** To be called when a test starts. */
  startTest(fullName: string): void {
    this.ordinals.delete(testNameOf(fullName));
    this.context.running.startTest();
  }

  /** Answers check calls in this mode until `endMode`. */
  startMode(mode: CheckMode): void {
    this.mode = mode;
  }

  endMode(): void {
    this.mode = COLLECT;
  }

  /** The choices of the input that is made or run now; null when there is none. */
  drawing(): Choices | null {
    return this.context.running.drawing();
  }

  private check(
    original: Check,
    property: unknown,
    parameters: CheckParameters | undefined,
    copy: FastCheckCopy,
  ): unknown {
    const { tests, context, mode } = this;
    const fullName = tests?.currentTestName();
    // Outside of a test (beforeAll, module code), or inside a property that runs: not a target.
    if (tests === null || fullName === undefined || context.running.isBusy) return original(property, parameters);
    const call: CheckCall = {
      original,
      // Anything else is refused in the ordinary pass, before its fields are read.
      property: property as CheckedProperty,
      parameters: { ...copy.globalParameters(), ...parameters },
      copy,
    };
    const ordinal = this.ordinals.get(testNameOf(fullName)) ?? 0;
    this.ordinals.set(testNameOf(fullName), ordinal + 1);
    const id = targetIdOf(context.file, fullName, ordinal);
    if (mode.type === 'collect') return checkOrdinary(call, { id, fullName, ordinal }, tests, context);
    const target = mode.type === 'slice' ? mode.loop.target : mode.target;
    // Another property of the same test: it had its runs in the ordinary pass.
    if (target.id !== id) return passCheck(call);
    return mode.type === 'slice' ? checkSlice(mode, call, tests, context) : checkReplay(mode, call, context);
  }
}
