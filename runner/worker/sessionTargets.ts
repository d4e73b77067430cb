import type { TestResult } from '@jest/test-result';
import type { Config } from '@jest/types';
import type { Choices } from '../../src/choice/choices';
import { Random } from '../../src/choice/random';
import type { Dictionary as FoundLiterals } from '../../src/coverage/comparisons/dictionary';
import { isLateErrorOrigin } from '../../src/failure/lateErrorOrigin';
import type { TargetId } from '../../src/protocol/target';
import type {
  CollectReply,
  Confirmation,
  FoundTarget,
  ReplayReply,
  SliceReport,
  SliceRequest,
} from '../channel/messages';
import type { CheckHook } from '../fastCheck/fastCheckHook';
import type { JestModules } from '../jest/jestModules';
import { FoundTargets } from './checks/foundTargets';
import type { ReplayMode } from './checks/replayCheck';
import { RunningProperty } from './checks/runningProperty';
import type { RunningTests } from './checks/runningTests';
import type { SliceMode } from './checks/sliceCheck';
import { TestChecks } from './checks/testChecks';
import { collectReply } from './collectReply';
import { confirmationFor } from './confirmation';
import { useKnownFailures } from './knownFailures';
import { FUZZING_FRAMES, REPORTING_FRAMES } from './loop/errorFrames';
import { MIN_INPUT_MS, type TargetLoop } from './loop/targetLoop';
import type { ThreadTools } from './loop/threadTools';
import type { Session } from './session';

export interface SessionTargetsOptions {
  readonly tools: ThreadTools;
  /** Test file relative to the root. */
  readonly file: string;
  readonly testPath: string;
  /** Targets that must not be run. */
  readonly held: ReadonlySet<TargetId>;
  readonly seedOf: (targetId: TargetId) => number;
  readonly projectConfig: Config.ProjectConfig;
  readonly globalConfig: Config.GlobalConfig;
  readonly modules: JestModules;
}

/** In the last slice of a target, the whole test is run with at most this many failures, once or more for each. */
const LAST_CONFIRMATIONS = 20;

/** If the whole test passes this many times with a failing input, we believe that it expects the failure. */
const PASSES_TO_BELIEVE = 3;

/** Answers the requests of the main thread for the targets of one loaded file: each runs the test of a target. */
export class SessionTargets {
  session: Session | null = null;
  readonly hook: CheckHook;
  readonly globals: Readonly<Record<symbol, unknown>> = { [Symbol.for('fuzz-runner.active@1')]: true };
  private readonly targets: FoundTargets;
  private readonly checks: TestChecks;

  constructor(private readonly options: SessionTargetsOptions) {
    const { tools, file, held } = options;
    this.targets = new FoundTargets(options);
    const running = new RunningProperty();
    this.checks = new TestChecks({ tools, file, held, targets: this.targets, running, replayRandom: new Random(1) });
    this.hook = this.checks.hook;
  }

  /** To be called when circus is set up. */
  attach(tests: RunningTests): void {
    this.checks.attach(tests);
  }

  /** To be called when circus starts a test. */
  startTest(fullName: string): void {
    this.checks.startTest(fullName);
  }

  /** Adds the literals of a file that was loaded. */
  addDictionary(found: FoundLiterals): void {
    this.targets.addLiterals(found);
  }

  /** The choices of the input that is made or run now; null when there is none. */
  drawing(): Choices | null {
    return this.checks.drawing();
  }

  /** The reply after the ordinary pass. */
  collected(result: TestResult): CollectReply {
    const { found, loops, refused } = this.targets;
    return collectReply(result, { file: this.options.file, found: [...found.values()], loops, refused });
  }

  /** Runs one target for a while: one execution of its test, and in it as many inputs as fit. */
  async slice(request: SliceRequest): Promise<SliceReport> {
    const { target, imports, words, known, isLast } = request;
    const loop = this.targets.loopOf(target);
    this.targets.found.set(target.id, target);
    for (const input of imports) loop.import(input);
    if (words.length > 0) loop.importWords(words);
    useKnownFailures(loop, known);
    loop.useDictionary(this.targets.dictionary());
    loop.startSlice();
    const confirmations: Confirmation[] = [];
    const most = isLast ? LAST_CONFIRMATIONS : 1;
    let problem: string | null = null;
    let { seconds } = request;
    const { clock, recorder } = this.options.tools;
    const until = clock.wallSeconds() + seconds;
    for (;;) {
      const mode = this.sliceMode(loop, seconds, isLast);
      const errors = await this.runTest(target, mode, seconds);
      const goesOn = await loop.settle();
      if (!mode.reached) problem = problemOf(errors);
      const { confirming } = mode;
      if (confirming === null) {
        seconds = until - clock.wallSeconds();
        if (mode.reached && goesOn && seconds > 0 && !recorder.stopRequested) continue;
        break;
      }
      seconds = 0;
      // An input that fails nearly always may pass at times; a test that expects the failure passes each time.
      confirming.passes += errors.length === 0 ? 1 : 0;
      if (errors.length === 0 && confirming.state !== 'flaky' && confirming.passes < PASSES_TO_BELIEVE) continue;
      confirmations.push(confirmationFor(confirming, errors, this.options));
      confirming.isConfirmed = true;
      if (confirmations.length >= most || loop.anyUnconfirmed() === null) break;
    }
    if (isLast) loop.lateErrors?.recordLost();
    return { ...loop.report(isLast), confirmations, replays: loop.fuzzer.takeReplayed(), problem };
  }

  private sliceMode(loop: TargetLoop, seconds: number, isLast: boolean): SliceMode {
    const keepFrames = (count: number): void => this.session!.setStackTraceLimit(count);
    return { type: 'slice', loop, seconds, isLast, keepFrames, confirming: null, reached: false, owner: null };
  }

  /**
   * Runs one input once. Before it runs, it is written as text to the flight recorder, which outlives the thread.
   * `seconds`: how long the input may take; null for the limit of the target.
   */
  async replay(target: FoundTarget, choices: Choices, seconds: number | null = null): Promise<ReplayReply> {
    const limitMs = seconds === null ? target.inputTimeoutMs : seconds * 1000;
    const mode: ReplayMode = { type: 'replay', target, choices, limitMs: Math.max(MIN_INPUT_MS, limitMs), reply: null };
    await this.runTest(target, mode, 0);
    return mode.reply ?? { status: 'invalid', input: '' };
  }

  /** Runs the test of `target`. `mode`: of its check calls; `seconds`: how long its properties will take at most. */
  private async runTest(target: FoundTarget, mode: SliceMode | ReplayMode, seconds: number): Promise<unknown[]> {
    const timeoutMs = seconds * 1000 + 4 * target.inputTimeoutMs;
    const session = this.session!;
    const test = session.testNamed(target.fullName);
    if (test === undefined) return [new Error(`The test "${target.fullName}" is no longer there.`)];
    this.checks.startMode(mode);
    this.checks.startTest(target.fullName);
    session.setStackTraceLimit(FUZZING_FRAMES);
    const run = (): Promise<unknown[]> => session.run(test, timeoutMs);
    try {
      return await (mode.type === 'slice' ? runSliceTest(mode, run) : run());
    } finally {
      if (mode.type === 'slice') mode.loop.countStarts();
      this.checks.endMode();
      session.setStackTraceLimit(REPORTING_FRAMES);
    }
  }
}

/**
 * Runs the test of a slice. Returns the errors that it threw. If there are none, and a late error must be confirmed,
 * returns the late error of the test.
 */
async function runSliceTest(mode: SliceMode, run: () => Promise<unknown[]>): Promise<unknown[]> {
  const { loop } = mode;
  const { lateErrors } = loop;
  if (lateErrors === null) return run();
  const owner = lateErrors.owner('test');
  mode.owner = owner;
  const errors = await loop.runTest(owner, run);
  if (mode.confirming === null || errors.length > 0) return errors;
  // The test has passed; Jest would fail it for a late error.
  if (!isLateErrorOrigin(mode.confirming.origin.key)) return errors;
  const lateError = await lateErrors.settle(owner);
  return lateError === null ? errors : [lateError];
}

/** Why a slice could not run its target. */
function problemOf(errors: readonly unknown[]): string {
  const [error] = errors;
  if (error === undefined || error === null) return 'The test ended without reaching its property.';
  const { message } = error as { message?: unknown };
  return `The test failed before its property was reached: ${typeof message === 'string' ? message.split('\n')[0] : String(error)}`;
}
