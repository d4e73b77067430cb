import * as os from 'node:os';
import * as path from 'node:path';
import { createHash } from 'node:crypto';
import { countChoices, type Choices } from '../src/choice/choices';
import { fromBlob, toBlob } from '../src/choice/encoding';
import { Random } from '../src/choice/random';
import { appendJournal, readSavedFailures } from '../src/database/journal';
import type { SavedFailure } from '../src/database/replayFile';
import { originOf, type OriginOptions } from '../src/failure/origin';
import { InputRunner, type Outcome } from '../src/property/inputRunner';
import { recordRun } from '../src/property/recordRun';
import type { PropertyLike } from '../src/property/fastCheckTypes';
import { withPlugins } from '../src/property/withPlugins';
import type { CommittedInput } from '../src/patch/corpusFile';
import type { Origin } from '../src/protocol/events';
import { shrink } from '../src/shrink/shrinker';
import type { CheckParameters } from './fastCheckHook';
import { inputSource } from './inputSource';
import { readCommittedInputs } from './committedCorpus';
import { replayCommand } from './replayCommand';
import { replayToken, type ReplayToken } from './replayToken';
import { misfit, RequestedReplay } from './requestedReplay';
import { checkOneInput, choicesOfPath, isPromise, passedDetails } from './runDetails';
import { targetIdOf, testNameOf } from './targetId';
import { startTimer } from './timerLimit';

declare const expect: {
  getState(): { currentTestName?: string; currentConcurrentTestName?: () => string | undefined };
};

interface FastCheck {
  check(property: unknown, parameters?: CheckParameters): unknown;
  stringify(value: unknown): string;
  readConfigureGlobal(): CheckParameters | undefined;
}

/** Evaluations and milliseconds that an ordinary run spends on making a new failure simpler. */
const SHRINK_LIMIT = { evaluations: 500, ms: 2000 };

/** fast-check's default limit of a test, when Jest's is not known here. */
const INPUT_TIMEOUT_MS = 5000;

/** Failures whose input takes its thread with it: only the fuzzer can run them again. */
const THREAD_DEATHS: ReadonlySet<string> = new Set(['hang', 'out-of-memory', 'exit', 'crash']);

interface RunDetails {
  readonly failed: boolean;
  readonly seed: number;
  readonly counterexample: unknown;
  readonly counterexamplePath: string | null;
  readonly errorInstance?: unknown;
  readonly error?: unknown;
}

/** A failure that is saved if its test fails. */
interface PendingFailure {
  readonly targetId: string;
  readonly testName: string;
  readonly test: CircusTestLike | null;
  readonly isAssumedFailed: boolean;
  readonly save: () => void;
}

/** A saved failure whose replay failed. */
interface StillFailing {
  readonly failure: SavedFailure;
  readonly choices: Choices;
}

interface CircusTestLike {
  readonly errors: readonly unknown[];
  readonly invocations: number;
}

/** The checks of one test file in an ordinary run: replays what is saved, notes what is new. */
export class OrdinaryFile {
  private readonly origins: OriginOptions;
  private readonly saved: readonly SavedFailure[];
  /** Failures that are in the repository: where they are, as people say it. */
  private readonly committed = new Map<SavedFailure, string>();
  private readonly requested: RequestedReplay;
  private readonly pending: PendingFailure[] = [];
  private readonly random = new Random(1);
  private current = { name: '', invocation: -1, ordinal: 0 };

  constructor(
    private readonly directory: string,
    private readonly file: string,
    rootDir: string,
    /** Path of its committed corpus; null when there is none. */
    corpusFile: string | null,
  ) {
    this.origins = { rootDir };
    this.requested = new RequestedReplay(process.env['FUZZ_REPLAY'] ?? '', file);
    const { failures, warning } = readSavedFailures(directory, file);
    const committed = corpusFile === null ? null : readCommittedInputs(corpusFile);
    const known = new Set(failures.map((failure) => `${failure.targetId} ${failure.blob}`));
    for (const input of committed?.inputs ?? []) {
      const failure = committedFailure(file, input);
      if (!known.has(`${failure.targetId} ${failure.blob}`)) {
        this.committed.set(failure, path.relative(process.cwd(), corpusFile!));
      }
    }
    this.saved = [...failures, ...this.committed.keys()];
    for (const problem of [warning, committed?.warning ?? null]) {
      if (problem !== null) process.stderr.write(`fuzz-runner: ${problem}\n`);
    }
  }

  /** Replays the saved failures of this property; if none fails, runs fast-check's check as ever. */
  check(fastCheck: FastCheck, property: unknown, parameters: CheckParameters | undefined, isAssert: boolean): unknown {
    const target = this.nextTarget();
    const given = choicesOfPath(parameters?.path);
    if (target === null || InputRunner.unsupportedReason(property) !== null)
      return fastCheck.check(property, parameters);
    const object = property as object;
    const requested = this.requested.inputFor(target.name, target.ordinal);
    if (requested !== null) return this.replayRequested(fastCheck, object, parameters, requested, target.name);
    if (given !== null) return this.reportInput(fastCheck, object, parameters, given, toBlob(given));
    if (parameters?.path !== undefined && parameters.path !== '') return fastCheck.check(property, parameters);
    const saved = this.saved.filter((failure) => failure.targetId === target.id);
    const runner = this.runnerOf(fastCheck, object, parameters);
    return run(this.replaySaved(runner, saved), runner.isAsync, (failing) => {
      if (failing.length === 0) {
        return whenDone(fastCheck.check(property, parameters), (details) => {
          if (!(details as RunDetails).failed) return details;
          return this.note(fastCheck, object, parameters, details as RunDetails, target, isAssert);
        });
      }
      return this.reportSaved(fastCheck, object, parameters, failing);
    });
  }

  /**
   * A property failed in fast-check's own runs: keeps it, to be saved when its test has failed. Returns the details,
   * which for `fc.assert` tell how to replay the input; who calls `fc.check` looks at them and gets them as they are.
   */
  noteFailure(
    fastCheck: FastCheck,
    property: unknown,
    parameters: CheckParameters | undefined,
    details: unknown,
    isAssert: boolean,
  ): unknown {
    const target = this.nextTarget();
    if (target === null || InputRunner.unsupportedReason(property) !== null) return details;
    return this.note(fastCheck, property as object, parameters, details as RunDetails, target, isAssert);
  }

  /** All tests of the file have run: saves the failures of those that failed. */
  finish(): void {
    for (const failure of this.pending) {
      if (failure.test === null ? failure.isAssumedFailed : failure.test.errors.length > 0) failure.save();
    }
    this.pending.length = 0;
    this.requested.finish();
  }

  /** The target of the present call. A call outside of a test has none. */
  private nextTarget(): { id: string; name: string; ordinal: number; test: CircusTestLike | null } | null {
    const state = expect.getState();
    const name = state.currentConcurrentTestName?.() ?? state.currentTestName;
    if (name === undefined) return null;
    const test = runningTest();
    const invocation = test?.invocations ?? 0;
    if (this.current.name !== name || this.current.invocation !== invocation) {
      this.current = { name, invocation, ordinal: 0 };
    }
    const { ordinal } = this.current;
    this.current.ordinal += 1;
    return { id: targetIdOf(this.file, name, ordinal), name: testNameOf(name), ordinal, test };
  }

  private runnerOf(fastCheck: FastCheck, property: object, parameters: CheckParameters | undefined): InputRunner {
    const merged = { ...fastCheck.readConfigureGlobal(), ...parameters };
    return new InputRunner(withPlugins(property, merged['plugins']), {
      random: this.random,
      timeout: { ms: merged.timeout ?? INPUT_TIMEOUT_MS, startTimer },
    });
  }

  /** Runs saved inputs; returns those that still fail, the simplest first. Those that pass are retired. */
  private *replaySaved(
    runner: InputRunner,
    saved: readonly SavedFailure[],
  ): Generator<Outcome | Promise<Outcome>, StillFailing[], Outcome> {
    const failing: StillFailing[] = [];
    for (const failure of [...saved].sort((a, b) => a.blob.length - b.blob.length)) {
      if (THREAD_DEATHS.has(failure.originKey)) {
        process.stderr.write(
          `fuzz-runner: an input of "${failure.testName}" is saved as "${failure.originKey}" and is not replayed here, where it would end the run: ${failure.input}\n`,
        );
        continue;
      }
      let choices: Choices;
      try {
        choices = fromBlob(failure.blob);
      } catch {
        // Of a newer version: left for it.
        continue;
      }
      runner.generate({ type: 'replay', choices, tail: 'simplest' });
      const outcome = yield runner.execute();
      const failed = outcome.status === 'failed';
      if (failed) failing.push({ failure, choices });
      // What is committed stays, whatever it does.
      if (this.committed.has(failure)) continue;
      const event = {
        at: Date.now(),
        host: os.hostname(),
        file: this.file,
        targetId: failure.targetId,
        failureId: failure.id,
      };
      const problem = appendJournal(this.directory, { type: failed ? 'failed-again' : 'passed', ...event });
      if (problem !== null) process.stderr.write(`fuzz-runner: ${problem}\n`);
    }
    return failing;
  }

  private reportSaved(
    fastCheck: FastCheck,
    property: object,
    parameters: CheckParameters | undefined,
    [first, ...others]: readonly StillFailing[],
  ): unknown {
    const { failure, choices } = first!;
    const committed = this.committed.get(failure);
    const note = [
      committed === undefined ? foundText(failure) : `Replayed by fuzz-runner from ${committed}.`,
      `Replay only this test: ${replayCommand(this.file, testNameOf(failure.testName))}`,
      `Replay only this input: ${commandOf(this.file, failure)}`,
      `or give the property the path above.${committed === undefined ? ' It is retired once it passes.' : ''}`,
      ...others.flatMap((other) => otherFailureText(this.file, other)),
    ].join('\n');
    return whenDone(this.reportInput(fastCheck, property, parameters, choices, failure.blob), (details) =>
      addNote(details, note),
    );
  }

  /** Runs the one input that `FUZZ_REPLAY` asks for, in place of all others. */
  private replayRequested(
    fastCheck: FastCheck,
    property: object,
    parameters: CheckParameters | undefined,
    token: ReplayToken,
    testName: string,
  ): unknown {
    const runner = this.runnerOf(fastCheck, property, parameters);
    runner.generate({ type: 'replay', choices: token.choices, tail: 'simplest' });
    const input = runner.argumentsText((value) => fastCheck.stringify(value));
    return whenDone(runner.execute(), (found) => {
      const outcome = found as Outcome;
      const problem = misfit(runner, token, outcome, input);
      if (outcome.status === 'failed') {
        const note = ['Replayed by fuzz-runner from FUZZ_REPLAY.', problem].filter(Boolean).join('\n');
        const reported = this.reportInput(fastCheck, property, parameters, token.choices, token.blob);
        return whenDone(reported, (details) => addNote(details, note));
      }
      if (problem !== null) throw new Error(problem);
      process.stderr.write(`fuzz-runner: FUZZ_REPLAY passes: "${testName}" holds for ${input}\n`);
      return passedDetails(parameters, 1);
    });
  }

  private reportInput(
    fastCheck: FastCheck,
    property: object,
    parameters: CheckParameters | undefined,
    choices: Choices,
    blob: string,
  ): unknown {
    const original = (p: unknown, a?: CheckParameters): unknown => fastCheck.check(p, a);
    return checkOneInput(original, property, parameters, { choices, blob, inputs: 1, shrinks: 0 }, this.random);
  }

  private note(
    fastCheck: FastCheck,
    property: object,
    parameters: CheckParameters | undefined,
    details: RunDetails,
    target: { id: string; name: string; ordinal: number; test: CircusTestLike | null },
    isAssert: boolean,
  ): unknown {
    return whenDone(recordFailingRun(fastCheck, property, parameters, details), (choices) => {
      if (choices === null) return details;
      const command = this.keep(fastCheck, property, parameters, details, target, choices as Choices);
      return isAssert ? addNote(details, `Replay only this input with fuzz-runner: ${command}`) : details;
    });
  }

  private keep(
    fastCheck: FastCheck,
    property: object,
    parameters: CheckParameters | undefined,
    details: RunDetails,
    target: { id: string; name: string; ordinal: number; test: CircusTestLike | null },
    choices: Choices,
  ): string {
    const runner = this.runnerOf(fastCheck, property, parameters);
    // An asynchronous property is saved as it was found; the fuzzer will make it simpler.
    const simpler = runner.isAsync ? null : simplify(runner, choices, this.origins);
    const found = simpler ?? {
      choices,
      origin: originOf(details.errorInstance, this.origins),
      error: details.errorInstance,
    };
    const source = inputSource(runner, found.choices);
    const input = runner.argumentsText((value) => fastCheck.stringify(value));
    const error = found.error as { name?: unknown; message?: unknown } | undefined;
    const now = Date.now();
    const blob = toBlob(found.choices);
    const token = replayToken(blob, this.file, target.name, target.ordinal);
    const failure = {
      id: createHash('sha1').update(`${target.id}\n${found.origin.key}`).digest('hex').slice(0, 16),
      targetId: target.id,
      file: this.file,
      testName: target.name,
      kind: 'error' as const,
      state: 'found' as const,
      origin: found.origin,
      errorName: typeof error?.name === 'string' ? error.name : found.origin.errorClass,
      message: typeof error?.message === 'string' ? error.message : String(details.error ?? ''),
      input,
      ...source,
      blob,
      choices: countChoices(found.choices),
      replayCommand: replayCommand(this.file, target.name, token),
      foundBy: 'jest' as const,
      host: os.hostname(),
      firstSeenAt: now,
      lastSeenAt: now,
    };
    this.pending.push({
      targetId: target.id,
      testName: target.name,
      test: target.test,
      isAssumedFailed: true,
      save: () => {
        const problem = appendJournal(this.directory, { type: 'found', at: now, host: os.hostname(), failure });
        if (problem !== null) process.stderr.write(`fuzz-runner: ${problem}\n`);
      },
    });
    return failure.replayCommand;
  }
}

function foundText(failure: SavedFailure): string {
  const seen = new Date(failure.firstSeenAt).toISOString().slice(0, 10);
  const by = failure.foundBy === 'fuzz' ? 'fuzz-runner' : 'an ordinary run';
  return `Replayed by fuzz-runner: found by ${by} on ${failure.host}, ${seen}.`;
}

function commandOf(file: string, failure: SavedFailure): string {
  const testName = testNameOf(failure.testName);
  return replayCommand(file, testName, replayToken(failure.blob, file, testName, failure.ordinal));
}

/** A committed input in the form of the others; what is not known of it is not shown either. */
function committedFailure(file: string, { test, ordinal, input, error, choices }: CommittedInput): SavedFailure {
  const targetId = targetIdOf(file, test, ordinal);
  const [errorName = 'Error', ...message] = error.split(': ');
  return {
    id: `committed ${choices}`,
    targetId,
    testName: test,
    ordinal,
    blob: choices,
    originKey: 'committed',
    errorName,
    message: message.join(': '),
    input,
    firstSeenAt: 0,
    lastSeenAt: 0,
    foundBy: 'fuzz',
    host: '',
  };
}

/** What is said of a further saved failure of the same property: fast-check's report has room for one. */
function otherFailureText(file: string, { failure }: StillFailing): string[] {
  return [
    '',
    `Another distinct failure of this property: ${failure.errorName} (${failure.originKey})`,
    ...failure.message
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(0, 4)
      .map((line) => `  ${line}`),
    `  Counterexample: ${failure.input}`,
    `  path: ${JSON.stringify(failure.blob)}`,
    `  Replay only this input: ${commandOf(file, failure)}`,
  ];
}

/** Runs the failing run once more, by its seed and place, with what it draws recorded; null when it cannot be had. */
function recordFailingRun(
  fastCheck: FastCheck,
  property: object,
  parameters: CheckParameters | undefined,
  details: RunDetails,
): Choices | null | Promise<Choices | null> {
  const index = details.counterexamplePath?.split(':')[0];
  if (index === undefined) return null;
  let recorded: ReturnType<typeof recordRun> | null = null;
  const recording = Object.create(property, {
    generate: {
      value: (random: object, runId?: number) => {
        recorded = recordRun(property as PropertyLike, random, runId);
        return recorded.value;
      },
    },
  }) as object;
  const choices = (): Choices | null => recorded?.choices() ?? null;
  const again = { ...parameters, seed: details.seed, path: index, numRuns: 1, endOnFailure: true };
  try {
    const running = fastCheck.check(recording, again);
    return isPromise(running) ? running.then(choices, () => null) : choices();
  } catch {
    return null;
  }
}

/** Makes a failing input simpler, within limits; null when it does not fail again. */
function simplify(
  runner: InputRunner,
  start: Choices,
  origins: OriginOptions,
): { choices: Choices; origin: Origin; error: unknown } | null {
  const attempt = (choices: Choices, tail: 'stop' | 'simplest'): { origin: Origin; error: unknown } | null => {
    runner.generate({ type: 'replay', choices, tail }, true);
    const outcome = runner.execute() as Outcome;
    return outcome.status === 'failed' ? { origin: originOf(outcome.error, origins), error: outcome.error } : null;
  };
  const first = attempt(start, 'simplest');
  if (first === null) return null;
  const end = Date.now() + SHRINK_LIMIT.ms;
  let best = { choices: runner.choices(), ...first };
  const steps = shrink(runner.recording(), { maxEvaluations: SHRINK_LIMIT.evaluations });
  for (let step = steps.next(); step.done !== true && Date.now() < end;) {
    const found = attempt(step.value, 'simplest');
    const isSame = found?.origin.key === first.origin.key;
    const recording = runner.recording();
    if (found !== null && isSame) best = { choices: recording.choices, ...found };
    step = steps.next({ interesting: isSame, recording });
  }
  return best;
}

/** Adds a note where fast-check's report shows the error: its message, and the first line of its stack. */
function addNote(found: unknown, note: string): unknown {
  const details = found as { error?: unknown };
  // Up to version 3 fast-check prints this text and not the error.
  if (typeof details.error === 'string') details.error = `${details.error}\n\n${note}`;
  const error = (found as RunDetails).errorInstance as { message?: unknown; stack?: unknown } | undefined;
  if (typeof error?.message !== 'string') return found;
  try {
    const { message } = error;
    const stack = typeof error.stack === 'string' ? error.stack : null;
    error.message = `${message}\n\n${note}`;
    // V8 wrote the message into the stack when the error was made; Jest prints the stack.
    if (stack !== null) error.stack = stack.replace(message, () => `${message}\n\n${note}`);
  } catch {
    // A frozen error keeps its own words.
  }
  return found;
}

/**
 * The test that runs now, with the errors it has so far. jest-circus keeps its state on the realm's global under a
 * symbol of its own; when it is not found, nothing is known of the test.
 */
function runningTest(): CircusTestLike | null {
  const key = Object.getOwnPropertySymbols(globalThis).find((symbol) => symbol.description === 'JEST_STATE_SYMBOL');
  if (key === undefined) return null;
  const state = (globalThis as unknown as Record<symbol, { currentlyRunningTest?: CircusTestLike | null }>)[key];
  return state?.currentlyRunningTest ?? null;
}

/** Drives a generator of runs, waiting for those of an asynchronous property. */
function run<T>(
  steps: Generator<Outcome | Promise<Outcome>, T, Outcome>,
  isAsync: boolean,
  next: (result: T) => unknown,
): unknown {
  if (isAsync) {
    return (async () => {
      let step = steps.next(undefined as never);
      while (step.done !== true) step = steps.next(await step.value);
      return next(step.value);
    })();
  }
  let step = steps.next(undefined as never);
  while (step.done !== true) step = steps.next(step.value as Outcome);
  return next(step.value);
}

function whenDone(value: unknown, next: (value: unknown) => unknown): unknown {
  return isPromise(value) ? value.then(next) : next(value);
}
