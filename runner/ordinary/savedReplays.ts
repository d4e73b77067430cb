import * as os from 'node:os';
import * as path from 'node:path';
import { countChoices, type Choices } from '../../src/choice/choices';
import { compareChoices } from '../../src/choice/order';
import { fromBlob } from '../../src/choice/encoding';
import { appendJournal } from '../../src/database/journal/journal';
import { readSavedFailures } from '../../src/database/journal/savedFailures';
import type { SavedFailure } from '../../src/database/journal/replayFile';
import type { CodeTag } from '../../src/protocol/failure';
import { originOf, type OriginOptions } from '../../src/failure/origin';
import { isLateErrorOrigin } from '../../src/failure/lateErrorOrigin';
import type { CommittedInput } from '../../src/patch/corpusFile';
import { arbitraryShape } from '../../src/property/arbitraryShape';
import type { InputRunner } from '../../src/property/inputRunner';
import { readCommittedInputs } from '../replay/committedCorpus';
import type { Runs } from '../../src/search/drive';
import type { OrdinaryTarget } from './ordinaryTarget';
import { allTestNames } from './runningTest';
import { targetIdOf, testNameOf } from '../fastCheck/targetId';
import { warn } from './warn';

/**
 * Failures whose input takes its thread with it: only the fuzzer can run them again. Their keys begin with the kind:
 * `hang`, `hang in src/parse.js skip`.
 */
const THREAD_DEATHS: ReadonlySet<string> = new Set(['hang', 'out-of-memory', 'exit', 'crash']);

function isDeadly({ originKey, errorName }: SavedFailure): boolean {
  return THREAD_DEATHS.has(errorName) && THREAD_DEATHS.has(originKey.split(' ')[0]!);
}

/** Runs of a saved input that all have to pass before it is retired: it may be flaky. */
const RETIRING_RUNS = 5;

/** A saved failure whose replay failed. */
export interface StillFailing {
  readonly failure: SavedFailure;
  readonly choices: Choices;
  readonly error: unknown;
  readonly originKey: string;
  /** Runs it took; more than one tells that it is flaky. */
  readonly runs: number;
}

/** The saved and the committed failures of one test file. */
export class SavedReplays {
  private readonly saved: readonly SavedFailure[];
  /** Failures that are in the repository: where they are, as people say it. */
  private readonly committed = new Map<SavedFailure, string>();
  /** Failures of test files that are gone: the file of each. */
  private readonly moved = new Map<SavedFailure, string>();
  /** Failures of tests that are gone; null until they are asked for. */
  private gone: readonly SavedFailure[] | null = null;
  /** What was given to a property that it was not saved for, and where it is from. */
  private readonly borrowed = new Map<SavedFailure, string>();

  /** `corpusFile`: path of the committed corpus; null when there is none. */
  constructor(
    private readonly directory: string,
    private readonly file: string,
    /** What properties run with, for what is noted. */
    private readonly code: () => CodeTag,
    corpusFile: string | null,
    movedFrom: readonly string[] = [],
  ) {
    for (const other of movedFrom) {
      for (const failure of readSavedFailures(directory, other).failures) this.moved.set(failure, other);
    }
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
    for (const problem of [warning, committed?.warning ?? null]) warn(problem);
  }

  /**
   * What is saved for a property with these arguments. If there is nothing, what was saved for it under another name, as
   * it seems: for another property of this test, or for a test that is gone, with the same arguments, or for a test of
   * this name in a file that is gone. It is only run, and left to the fuzzer, which knows all tests.
   */
  of(target: OrdinaryTarget, argument: unknown): readonly SavedFailure[] {
    const own = this.saved.filter((failure) => failure.targetId === target.id);
    if (own.length > 0) return own;
    this.gone ??= this.findGone();
    const isHere = (failure: SavedFailure): boolean => failure.testName === target.name;
    const others = [...this.gone, ...this.saved.filter((failure) => isHere(failure) && !this.committed.has(failure))];
    if (others.length === 0) return own;
    const shape = arbitraryShape(argument);
    const isSame = (failure: SavedFailure): boolean => isHere(failure) && failure.ordinal === target.ordinal;
    return others
      .filter((failure) => failure.shape === shape || isSame(failure))
      .map((failure) => {
        const copy = { ...failure };
        const file = this.moved.get(failure);
        this.borrowed.set(copy, `"${failure.testName}"${file === undefined ? '' : ` in ${file}`}`);
        return copy;
      });
  }

  private findGone(): readonly SavedFailure[] {
    const names = new Set([...(allTestNames() ?? [])].map(testNameOf));
    const own = this.saved.filter((failure) => !this.committed.has(failure) && !names.has(failure.testName));
    // Without the names nothing is known to be gone.
    return [...(names.size === 0 ? [] : own), ...this.moved.keys()];
  }

  /** One line: who found it, or where it is. */
  sourceOf(failure: SavedFailure): string {
    const committed = this.committed.get(failure);
    if (committed !== undefined) return `Replayed by fuzz-runner from ${committed}.`;
    const name = this.borrowed.get(failure);
    if (name !== undefined) return `Replayed by fuzz-runner: it was found as ${name}, which may be this one.`;
    const seen = new Date(failure.firstSeenAt).toISOString().slice(0, 10);
    const by = failure.foundBy === 'fuzz' ? 'fuzz-runner' : 'an ordinary run';
    return `Replayed by fuzz-runner: found by ${by} on ${failure.host}, ${seen}. It is retired once it passes.`;
  }

  /** Runs saved inputs; returns the distinct ones that still fail, the simplest last. Those that pass are retired. */
  *replay(runner: InputRunner, saved: readonly SavedFailure[], origins: OriginOptions): Runs<StillFailing[]> {
    const failing = new Map<string, StillFailing>();
    for (const failure of saved) {
      if (isDeadly(failure)) {
        warn(
          `an input of "${failure.testName}" is saved as "${failure.originKey}" and is not replayed here, where it would end the run: ${failure.input}`,
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
      // What is committed stays, whatever it does.
      const isCommitted = this.committed.has(failure);
      // It fails after the property has passed: Jest says so, and only the fuzzer can tell when it is fixed.
      const isLateError = isLateErrorOrigin(failure.originKey);
      if (isLateError) {
        warn(
          `"${failure.testName}" is replayed with ${failure.input}, which left an error behind when it was found. Jest shows such errors without their input.`,
        );
      }
      let found: StillFailing | null = null;
      for (let runs = 1; found === null && runs <= (isCommitted || isLateError ? 1 : RETIRING_RUNS); runs += 1) {
        runner.generate({ type: 'replay', choices, tail: 'simplest' });
        const outcome = yield runner.execute();
        if (outcome.status !== 'failed') continue;
        const originKey = originOf(outcome.error, origins).key;
        found = { failure, choices, error: outcome.error, originKey, runs };
      }
      // Saved for another property, or with other inputs than the one that failed: to pass says nothing.
      const isOther = this.borrowed.has(failure) || (found === null && !fits(runner, choices));
      if (!isCommitted && !isLateError && !isOther) this.note(failure, found !== null);
      const known = found === null ? undefined : failing.get(found.originKey);
      if (found === null || (known !== undefined && compareChoices(known.choices, choices) <= 0)) continue;
      failing.set(found.originKey, found);
    }
    return [...failing.values()].sort((a, b) => compareChoices(b.choices, a.choices));
  }

  private note({ targetId, id }: SavedFailure, failed: boolean): void {
    const event = { at: Date.now(), host: os.hostname(), file: this.file, targetId, failureId: id, code: this.code() };
    warn(appendJournal(this.directory, { type: failed ? 'failed-again' : 'passed', ...event }));
  }
}

/** Whether the input that was made is the one that was saved: the property may have been edited since. */
function fits(runner: InputRunner, choices: Choices): boolean {
  return runner.tape.misaligned === 0 && countChoices(runner.choices()) === countChoices(choices);
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
