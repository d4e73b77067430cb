import type { TestResult } from '@jest/test-result';
import type { Config } from '@jest/types';
import type { Choices } from '../../src/choice/choices';
import { decodeChoices, toBlob } from '../../src/choice/encoding';
import { Random } from '../../src/choice/random';
import type { Dictionary as FoundLiterals } from '../../src/coverage/comparisons/dictionary';
import { isLateErrorOrigin } from '../../src/failure/lateErrorOrigin';
import type { RecordedFailure } from '../../src/fuzz/failureList';
import { mergeDictionaries, type Dictionary } from '../../src/mutate/dictionary';
import { arbitraryShape } from '../../src/property/arbitraryShape';
import { InputRunner } from '../../src/property/inputRunner';
import { isPromise } from '../../src/property/isPromise';
import { withPlugins } from '../../src/property/withPlugins';
import type { NotCollected, NotCollectedCode } from '../../src/protocol/notCollected';
import type { TargetId } from '../../src/protocol/target';
import type { RunningTests } from './checks/runningTests';
import { collectReply } from './collectReply';
import { confirmationFor } from './confirmation';
import { FUZZING_FRAMES } from './loop/errorFrames';
import type { Check, CheckHook, CheckParameters, FastCheckCopy } from '../fastCheck/fastCheckHook';
import type { JestModules } from '../jest/jestModules';
import type {
  CollectReply,
  Confirmation,
  FoundTarget,
  KnownFailure,
  ReplayReply,
  SliceReport,
  SliceRequest,
} from '../channel/messages';
import { checkOneInput, choicesOfPath, passedDetails } from '../fastCheck/runDetails';
import type { Session } from './session';
import type { AsyncOwner } from './loop/lateErrors';
import { targetIdOf, testNameOf } from '../fastCheck/targetId';
import { MAX_TIMER_MS, startTimer } from '../fastCheck/timerLimit';
import { versionOfPackage } from '../scope/versionOfPackage';
import { MIN_INPUT_MS, TargetLoop } from './loop/targetLoop';
import type { ThreadTools } from './loop/threadTools';
import { reportHolder } from './heldFailures';

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

/** fast-check's default number of runs: what an ordinary pass gives each property. */
const ORDINARY_RUNS = 100;

/** Most wall seconds of an ordinary pass of one property. */
const ORDINARY_SECONDS = 5;

/** Most failures shown to the whole test in the last slice of a target: each runs the test once more. */
const LAST_CONFIRMATIONS = 20;

/** Times that the whole test must pass with a failing input before it is believed to expect the failure. */
const PASSES_TO_BELIEVE = 3;

/** Frames kept of an error. */
const STACK_FRAMES = { fuzzing: FUZZING_FRAMES, reporting: 100 };

/** What the hook does with the next calls of `check`. */
type Mode =
  | { readonly type: 'collect' }
  | {
      readonly type: 'slice';
      readonly loop: TargetLoop;
      readonly seconds: number;
      readonly isLast: boolean;
      confirming: RecordedFailure | null;
      reached: boolean;
      /** Who answers for what the test leaves behind; null when nobody listens. */
      owner: AsyncOwner | null;
    }
  | {
      readonly type: 'replay';
      readonly target: FoundTarget;
      readonly choices: Choices;
      readonly limitMs: number;
      reply: ReplayReply | null;
    };

/** The targets of one loaded file: what becomes of each `fc.assert` and `fc.check` that its tests reach. */
export class SessionTargets {
  session: Session | null = null;
  readonly hook: CheckHook = {
    check: (original, property, parameters, copy) => this.check(original, property, parameters, copy),
  };
  readonly globals: Readonly<Record<symbol, unknown>> = { [Symbol.for('fuzz-runner.active@1')]: true };
  private readonly loops = new Map<TargetId, TargetLoop>();
  private readonly found = new Map<TargetId, FoundTarget>();
  private readonly refused: NotCollected[] = [];
  private readonly ordinals = new Map<string, number>();
  private readonly dictionaries: FoundLiterals[] = [];
  /** What was made of the first so many of `dictionaries`. */
  private merged: { readonly count: number; readonly dictionary: Dictionary } | null = null;
  private readonly replayRandom = new Random(1);
  private running: RunningTests | null = null;
  private mode: Mode = { type: 'collect' };
  /** A loop is under way: a check that is reached now lies inside a property, or runs beside it. */
  private isBusy = false;
  /** What runs inputs now. */
  private runner: InputRunner | null = null;
  private testsStarted = 0;

  constructor(private readonly options: SessionTargetsOptions) {}

  attach(running: RunningTests): void {
    this.running = running;
  }

  startTest(fullName: string): void {
    this.ordinals.delete(testNameOf(fullName));
    // A loop of an earlier test that nobody waits for any more ends by itself.
    this.testsStarted += 1;
    this.isBusy = false;
  }

  addDictionary(found: FoundLiterals): void {
    this.dictionaries.push(found);
  }

  /** The choices of the input that is made or run now; null when none is. */
  drawing(): Choices | null {
    return this.runner?.choices() ?? null;
  }

  /** What the ordinary pass found. */
  collected(result: TestResult): CollectReply {
    const { found, loops, refused } = this;
    return collectReply(result, { file: this.options.file, found: [...found.values()], loops, refused });
  }

  /** Runs one target for a while: one execution of its test, and in it as many inputs as fit. */
  async slice(request: SliceRequest): Promise<SliceReport> {
    const { target, imports, words, known, isLast } = request;
    const loop = this.loopOf(target);
    this.found.set(target.id, target);
    for (const input of imports) loop.import(input);
    if (words.length > 0) loop.importWords(words);
    replayKnown(loop, known);
    loop.useDictionary(this.dictionary());
    loop.startSlice();
    const confirmations: Confirmation[] = [];
    const most = isLast ? LAST_CONFIRMATIONS : 1;
    let problem: string | null = null;
    let { seconds } = request;
    const { clock, recorder } = this.options.tools;
    const until = clock.wallSeconds() + seconds;
    for (;;) {
      const mode: Mode = { type: 'slice', loop, seconds, isLast, confirming: null, reached: false, owner: null };
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
      // An input that fails nearly always passes now and then; a test that expects the failure passes each time.
      confirming.passes += errors.length === 0 ? 1 : 0;
      if (errors.length === 0 && confirming.state !== 'flaky' && confirming.passes < PASSES_TO_BELIEVE) continue;
      confirmations.push(confirmationFor(confirming, errors, this.options));
      confirming.isConfirmed = true;
      if (confirmations.length >= most || loop.anyUnconfirmed() === null) break;
    }
    if (isLast) loop.lateErrors?.recordLost();
    return { ...loop.report(isLast), confirmations, replays: loop.fuzzer.takeReplayed(), problem };
  }

  /** Runs one input once, with its text left where a death cannot take it. `seconds`: if not the target's limit. */
  async replay(target: FoundTarget, choices: Choices, seconds: number | null = null): Promise<ReplayReply> {
    const limitMs = seconds === null ? target.inputTimeoutMs : seconds * 1000;
    const mode: Mode = { type: 'replay', target, choices, limitMs: Math.max(MIN_INPUT_MS, limitMs), reply: null };
    await this.runTest(target, mode, 0);
    return mode.reply ?? { status: 'invalid', input: '' };
  }

  /** Runs the test of `target` in a mode of the hook. `seconds`: how long its properties will take at most. */
  private async runTest(target: FoundTarget, mode: Mode, seconds: number): Promise<unknown[]> {
    const timeoutMs = seconds * 1000 + 4 * target.inputTimeoutMs;
    const session = this.session!;
    const test = session.testNamed(target.fullName);
    if (test === undefined) return [new Error(`The test "${target.fullName}" is no longer there.`)];
    this.mode = mode;
    this.startTest(target.fullName);
    session.setStackTraceLimit(STACK_FRAMES.fuzzing);
    const loop = mode.type === 'slice' ? mode.loop : null;
    const lateErrors = loop?.lateErrors ?? null;
    try {
      if (loop === null || lateErrors === null) return await session.run(test, timeoutMs);
      const owner = lateErrors.owner('test');
      if (mode.type === 'slice') mode.owner = owner;
      const errors = await loop.runTest(owner, () => session.run(test, timeoutMs));
      if (mode.type !== 'slice' || mode.confirming === null || errors.length > 0) return errors;
      // The test has passed; Jest would fail it for what it left behind.
      if (!isLateErrorOrigin(mode.confirming.origin.key)) return errors;
      const lateError = await lateErrors.settle(owner);
      return lateError === null ? errors : [lateError];
    } finally {
      if (mode.type === 'slice') mode.loop.countStarts();
      this.mode = { type: 'collect' };
      session.setStackTraceLimit(STACK_FRAMES.reporting);
    }
  }

  // ---------------------------------------------------------------- the hook

  private check(
    original: Check,
    property: unknown,
    parameters: CheckParameters | undefined,
    copy: FastCheckCopy,
  ): unknown {
    const fullName = this.running?.currentTestName();
    // Outside of a test (beforeAll, module code), or inside a property that runs: not a target.
    if (fullName === undefined || this.isBusy) return original(property, parameters);
    const merged = { ...copy.globalParameters(), ...parameters };
    const ordinal = this.ordinals.get(testNameOf(fullName)) ?? 0;
    this.ordinals.set(testNameOf(fullName), ordinal + 1);
    const id = targetIdOf(this.options.file, fullName, ordinal);
    if (this.mode.type === 'collect')
      return this.checkOrdinary(original, property, merged, copy, id, fullName, ordinal);
    const target = this.mode.type === 'slice' ? this.mode.loop.target : this.mode.target;
    // Another property of the same test: it had its runs in the ordinary pass.
    if (target.id !== id) return this.passed(property, merged);
    return this.mode.type === 'slice'
      ? this.checkSlice(this.mode, original, property as object, merged, copy)
      : this.checkReplay(this.mode, property as object, merged, copy);
  }

  /** The ordinary pass: the target is made, and given the runs fast-check would give it. */
  private checkOrdinary(
    original: Check,
    property: unknown,
    parameters: CheckParameters,
    copy: FastCheckCopy,
    id: TargetId,
    fullName: string,
    ordinal: number,
  ): unknown {
    const refuse = (code: NotCollectedCode, reason: string): unknown => {
      this.refuse(fullName, code, reason, 'passed');
      return original(property, parameters);
    };
    const unsupported = InputRunner.unsupportedReason(property);
    if (unsupported !== null) return refuse('custom-property', unsupported);
    if (typeof parameters.path === 'string' && parameters.path !== '') {
      const input = choicesOfPath(parameters.path);
      if (input !== null) {
        this.refuse(fullName, 'has-path', 'Its parameters have a path: it replays one case.', 'passed');
        const one = { choices: input, blob: toBlob(input), inputs: 1, shrinks: 0 };
        return checkOneInput(original, property as object, parameters, one, this.replayRandom);
      }
      return refuse('has-path', 'Its parameters have a path: it replays one case.');
    }
    const test = this.running!.testNamed(fullName);
    if (test === undefined) return original(property, parameters);
    const target: FoundTarget = {
      id,
      file: this.options.file,
      testName: testNameOf(fullName),
      fullName,
      titles: test.titles.map(testNameOf),
      ordinal,
      inputTimeoutMs: inputTimeoutOf(test.timeoutMs, parameters, this.running!.defaultTimeoutMs),
      shape: arbitraryShape((property as { arb: unknown }).arb),
      fastCheck: versionOfPackage(copy.file) ?? undefined,
    };
    this.found.set(id, target);
    if (this.options.held.has(id)) return this.passed(property, parameters);
    // Concurrent tests would mix their coverage: fast-check runs the property now, we in the slices.
    if (test.isConcurrent) return original(property, parameters);
    const loop = this.loopOf(target);
    // Half of the test's time: an input that never settles is found before Jest gives up on the test.
    const timeoutMs = timeoutOf(parameters, target) / 2;
    loop.bind(withPlugins(property as object, parameters['plugins']), timeoutMs, copy.stringify);
    loop.importExamples((property as { arb: object }).arb, parameters.examples);
    loop.useDictionary(this.dictionary());
    loop.startSlice();
    const limit = {
      until: this.options.tools.clock.wallSeconds() + Math.min(ORDINARY_SECONDS, timeoutMs / 1000),
      isAbandoned: this.abandonment(),
      inputs: Math.min(ORDINARY_RUNS, parameters.numRuns ?? ORDINARY_RUNS),
    };
    const finish = (): unknown => {
      const failure = loop.anyUnconfirmed();
      return failure === null
        ? this.passed(property, parameters)
        : this.fail(original, property as object, parameters, loop, failure);
    };
    this.runner = loop.inputRunner;
    return this.busy(() => loop.pump(limit), finish);
  }

  private checkSlice(
    mode: Mode & { type: 'slice' },
    original: Check,
    property: object,
    parameters: CheckParameters,
    copy: FastCheckCopy,
  ): unknown {
    const { loop } = mode;
    mode.reached = true;
    loop.bind(withPlugins(property, parameters['plugins']), timeoutOf(parameters, loop.target), copy.stringify);
    loop.importExamples((property as { arb: object }).arb, parameters.examples);
    const finish = (): unknown => {
      const failure = loop.toConfirm() ?? (mode.isLast ? loop.anyUnconfirmed() : null);
      if (failure === null) return this.passed(property, parameters);
      mode.confirming = failure;
      if (mode.owner !== null) mode.owner.isAwaited = true;
      if (isLateErrorOrigin(failure.origin.key)) loop.lateErrors!.errors.counts = 'starts and what is slow';
      this.session!.setStackTraceLimit(STACK_FRAMES.reporting);
      return this.fail(original, property, parameters, loop, failure);
    };
    const keepFrames = (count: number): void => this.session!.setStackTraceLimit(count);
    // From here on: the hooks of the test may take longer than the slice. At the end, what is known comes first.
    const seconds = mode.isLast && loop.anyUnconfirmed() !== null ? 0 : mode.seconds;
    const until = this.options.tools.clock.wallSeconds() + seconds;
    const limit = { until, inputs: Infinity, isAbandoned: this.abandonment(), keepFrames };
    this.runner = loop.inputRunner;
    return this.busy(() => loop.pump(limit), finish);
  }

  private checkReplay(
    mode: Mode & { type: 'replay' },
    property: object,
    parameters: CheckParameters,
    copy: FastCheckCopy,
  ): unknown {
    const { tools } = this.options;
    const runner = new InputRunner(withPlugins(property, parameters['plugins']), {
      random: this.replayRandom,
      timeout: { ms: timeoutOf(parameters, mode.target), startTimer },
    });
    this.runner = runner;
    tools.recorder.enter(mode.target.id, mode.limitMs);
    tools.recorder.beginGenerating();
    const status = runner.generate({ type: 'replay', choices: mode.choices, tail: 'simplest' });
    const input = runner.argumentsText(copy.stringify);
    tools.recorder.describe(input);
    tools.recorder.begin(runner.choices());
    const running = status === 'ok' ? runner.execute() : { status };
    const finish = (outcome: { status: string }): unknown => {
      tools.recorder.end();
      mode.reply = { status: outcome.status === 'failed' ? 'failed' : 'passed', input };
      return this.passed(property, parameters);
    };
    return isPromise(running) ? running.then((outcome) => finish(outcome as { status: string })) : finish(running);
  }

  /** Fails through fast-check's own check, so that the test sees what it would see without us. */
  private fail(
    original: Check,
    property: object,
    parameters: CheckParameters,
    loop: TargetLoop,
    failure: RecordedFailure,
  ): unknown {
    this.options.tools.stackTraces.mapped = true;
    return checkOneInput(
      original,
      property,
      { ...parameters, timeout: timeoutOf(parameters, loop.target) },
      { choices: failure.choices, blob: toBlob(failure.choices), inputs: loop.inputs, shrinks: failure.shrinks },
      this.replayRandom,
    );
  }

  private abandonment(): () => boolean {
    const started = this.testsStarted;
    return () => this.testsStarted !== started;
  }

  private passed(property: unknown, parameters: CheckParameters): unknown {
    const details = passedDetails(parameters, parameters.numRuns ?? ORDINARY_RUNS);
    const isAsync = (property as { isAsync?: () => boolean }).isAsync?.() === true;
    return isAsync ? Promise.resolve(details) : details;
  }

  /** Runs inputs, with the quick `expect`, then goes on. */
  private busy(pump: () => void | Promise<void>, finish: () => unknown): unknown {
    const endFast = this.running?.fastExpect?.begin();
    let running: void | Promise<void> = undefined;
    try {
      running = pump();
    } finally {
      if (!isPromise(running)) endFast?.();
    }
    if (!isPromise(running)) return finish();
    this.isBusy = true;
    return running
      .finally(() => {
        endFast?.();
        this.isBusy = false;
      })
      .then(finish);
  }

  // ---------------------------------------------------------------- helpers

  /** The words of all files loaded so far. */
  private dictionary(): Dictionary {
    const { length: count } = this.dictionaries;
    if (this.merged?.count !== count) this.merged = { count, dictionary: mergeDictionaries(this.dictionaries) };
    return this.merged.dictionary;
  }

  private loopOf(target: FoundTarget): TargetLoop {
    let loop = this.loops.get(target.id);
    if (loop === undefined) {
      loop = new TargetLoop(target, this.options.tools, this.options.seedOf(target.id));
      this.loops.set(target.id, loop);
    }
    return loop;
  }

  private refuse(testName: string, code: NotCollectedCode, reason: string, result: NotCollected['result']): void {
    this.refused.push({ file: this.options.file, testName: testNameOf(testName), code, reason, result });
  }
}

/**
 * Limit of one input of a test. A test without a limit of its own, as @fast-check/jest makes them, may leave it to
 * fast-check to interrupt the property.
 */
function inputTimeoutOf(testTimeoutMs: number, parameters: CheckParameters, defaultTimeoutMs: number): number {
  if (testTimeoutMs < MAX_TIMER_MS) return testTimeoutMs;
  return Math.min(parameters.interruptAfterTimeLimit ?? defaultTimeoutMs, MAX_TIMER_MS);
}

/** Limit of one input: that of the property, or else that of its test. */
function timeoutOf(parameters: CheckParameters, target: FoundTarget): number {
  return parameters.timeout ?? target.inputTimeoutMs;
}

/** Has the fuzzer run the inputs of failures that this thread does not know yet. */
function replayKnown(loop: TargetLoop, known: readonly KnownFailure[]): void {
  for (const { originKey, choices, state, isExplained } of known.filter((one) => !reportHolder(loop, one))) {
    if (loop.replayed.has(originKey)) continue;
    loop.replayed.add(originKey);
    // It was found here.
    if (loop.fuzzer.failures.get(originKey) !== undefined) continue;
    if (isLateErrorOrigin(originKey)) loop.lateErrors?.watch();
    loop.fuzzer.replay({ originKey, choices: decodeChoices(choices), isFlaky: state === 'flaky', isExplained });
  }
}

function problemOf(errors: readonly unknown[]): string {
  const [error] = errors;
  if (error === undefined || error === null) return 'The test ended without reaching its property.';
  const { message } = error as { message?: unknown };
  return `The test failed before its property was reached: ${typeof message === 'string' ? message.split('\n')[0] : String(error)}`;
}
