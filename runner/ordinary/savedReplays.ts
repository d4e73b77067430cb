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

/** A failure is retired when its saved input passes in this many runs: it may be flaky. */
const RETIRING_RUNS = 5;

/** A saved failure whose replay failed. */
export interface StillFailing {
  readonly failure: SavedFailure;
  readonly choices: Choices;
  readonly error: unknown;
  readonly originKey: string;
  /** Runs of the input until it failed. More than one run means that the failure is flaky. */
  readonly runs: number;
}

/** The saved and the committed failures of one test file. */
export class SavedReplays {
  private readonly saved: readonly SavedFailure[];
  /** Failures of the committed corpus, with the path of its file relative to the working directory. */
  private readonly committed = new Map<SavedFailure, string>();
  /** Failures of test files that are gone, with the file of each. */
  private readonly moved = new Map<SavedFailure, string>();
  /** Failures of tests that are gone; null until they are needed. */
  private gone: readonly SavedFailure[] | null = null;
  /** Failures that were saved for another property than they are replayed with; each with the name of its test. */
  private readonly borrowed = new Map<SavedFailure, string>();

  /** `corpusFile`: path of the committed corpus; null when there is none. */
  constructor(
    private readonly directory: string,
    private readonly file: string,
    /** The code that the properties run with, for each event in the journal; null when nothing is to be written there. */
    private readonly journal: { readonly code: () => CodeTag } | null,
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
   * The saved failures of a property whose arguments come from `argument`. If there are none, failures that may have
   * been saved for this property under another name: failures of a test that is gone, or of another property of this
   * test, if their arguments have the same shape; and failures of a test with this name in a file that is gone. An
   * ordinary run replays such failures but does not retire them, because only the fuzzer knows all tests.
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

  /** Failures of tests that are no longer in this file, and of test files that are gone. */
  private findGone(): readonly SavedFailure[] {
    const names = new Set([...(allTestNames() ?? [])].map(testNameOf));
    const own = this.saved.filter((failure) => !this.committed.has(failure) && !names.has(failure.testName));
    // Without the names of the tests, it is not known which tests are gone.
    return [...(names.size === 0 ? [] : own), ...this.moved.keys()];
  }

  /** One line for the report: who found the failure, or which file it is from. */
  sourceOf(failure: SavedFailure): string {
    const committed = this.committed.get(failure);
    if (committed !== undefined) return `Replayed by fuzz-runner from ${committed}.`;
    const name = this.borrowed.get(failure);
    if (name !== undefined)
      return `Replayed by fuzz-runner: it was saved for ${name}, which may be this property before an edit.`;
    const seen = new Date(failure.firstSeenAt).toISOString().slice(0, 10);
    const by = failure.foundBy === 'fuzz' ? 'fuzz-runner' : 'an ordinary run';
    return `Replayed by fuzz-runner: found by ${by} on ${failure.host}, ${seen}. It is retired when it passes.`;
  }

  /**
   * Runs saved inputs, and writes to the journal which failed and which passed: failures that passed are retired. Returns
   * those that still fail, one for each origin, the simplest last.
   */
  *replay(runner: InputRunner, saved: readonly SavedFailure[], origins: OriginOptions): Runs<StillFailing[]> {
    const failing = new Map<string, StillFailing>();
    for (const failure of saved) {
      if (endsItsThread(failure)) {
        warn(
          `an input of "${failure.testName}" is saved as "${failure.originKey}" and is not replayed here, because it would end the run: ${failure.input}`,
        );
        continue;
      }
      let choices: Choices;
      try {
        choices = fromBlob(failure.blob);
      } catch {
        // It was saved by a newer version of this package, which can read it.
        continue;
      }
      // A committed input is never retired.
      const isCommitted = this.committed.has(failure);
      // The error comes after the property has passed. Jest shows it, and only the fuzzer can see that it is fixed.
      const isLateError = isLateErrorOrigin(failure.originKey);
      if (isLateError) {
        warn(
          `"${failure.testName}" is replayed with ${failure.input}. When this input was found, it caused an error after ` +
            'the property had passed. Jest shows such an error without its input.',
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
      // It was saved for another property, or its choices do not make the saved input any more: a pass proves nothing.
      const isOther = this.borrowed.has(failure) || (found === null && !fits(runner, choices));
      if (!isCommitted && !isLateError && !isOther) this.record(failure, found !== null);
      const known = found === null ? undefined : failing.get(found.originKey);
      if (found === null || (known !== undefined && compareChoices(known.choices, choices) <= 0)) continue;
      failing.set(found.originKey, found);
    }
    return [...failing.values()].sort((a, b) => compareChoices(b.choices, a.choices));
  }

  /** Writes to the journal, if there is one, that a saved failure failed again or passed. */
  private record({ targetId, id }: SavedFailure, failed: boolean): void {
    if (this.journal === null) return;
    const code = this.journal.code();
    const event = { at: Date.now(), host: os.hostname(), file: this.file, targetId, failureId: id, code };
    warn(appendJournal(this.directory, { type: failed ? 'failed-again' : 'passed', ...event }));
  }
}

/**
 * Whether the input ends the thread that runs it, so that only the fuzzer can run it again. The origin key of such a
 * failure begins with its kind: `hang`, `hang in src/parse.js skip`.
 */
function endsItsThread({ originKey, errorName }: SavedFailure): boolean {
  return ENDINGS.has(errorName) && ENDINGS.has(originKey.split(' ')[0]!);
}

const ENDINGS: ReadonlySet<string> = new Set(['hang', 'out-of-memory', 'exit', 'crash']);

/** Whether the choices made the saved input: the property may have been edited since. */
function fits(runner: InputRunner, choices: Choices): boolean {
  return runner.tape.misaligned === 0 && countChoices(runner.choices()) === countChoices(choices);
}

/** A committed input in the form of a saved failure. Fields that the corpus file does not have are empty. */
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
