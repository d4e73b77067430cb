import * as path from 'node:path';
import { appendJournal } from '../../src/database/journal/journal';
import type { OriginOptions } from '../../src/failure/origin';
import { arbitraryShape } from '../../src/property/arbitraryShape';
import { InputRunner } from '../../src/property/inputRunner';
import type { CodeTag } from '../../src/protocol/failure';
import { whenDone } from '../../src/search/drive';
import { failingInputs, type FailedDetails } from './failingInputs';
import type { CheckParameters } from '../fastCheck/fastCheckHook';
import { foundFailure } from './foundFailure';
import { gitCommit } from '../../src/database/merge/gitCommit';
import { testedPackagesOf } from '../scope/importedPackages';
import { KnownInputs } from './knownInputs';
import { NewFailures, type NewFailure } from './newFailures';
import { newFailureReports } from './newFailureReports';
import { ordinarySettings } from './ordinaryOptions';
import { OrdinaryTargets, stackAround, type CheckCall, type OrdinaryTarget, type TargetCall } from './ordinaryTarget';
import type { FailureReport } from './print/failureReport';
import { PrintedFailures } from './print/printedFailures';
import { PropertyRuns, type CheckedDetails } from './propertyRuns';
import type { RealGlobals } from './realGlobals';
import { RequestedReplay } from './requestedReplay';
import { choicesOfPath } from '../fastCheck/runDetails';
import { SavedReplays } from './savedReplays';
import { warn } from './warn';

/** A failure that is saved if its test fails. */
interface PendingFailure {
  readonly target: OrdinaryTarget;
  readonly save: () => void;
}

/** Where a test file and its saved failures are. */
export interface OrdinaryPlace {
  /** Of the database; it may not exist. */
  readonly directory: string;
  /** Name of the test file, relative to `root`. */
  readonly file: string;
  readonly root: string;
  /** Path of the committed corpus of the test file; null when there is none. */
  readonly corpusFile: string | null;
  /** Names of test files that are gone: this file may be one of them with a new name. */
  readonly movedFrom: readonly string[];
  /** Whether nothing may be written into the directory: see `isDirectoryReadOnly`. */
  readonly isReadOnly: boolean;
}

/**
 * The calls of `fc.assert` and `fc.check` of one test file in an ordinary run. Replays the saved failures of each
 * property. After a failure in fast-check's own runs, searches for other failures, and saves all of them.
 */
export class OrdinaryFile {
  private readonly origins: OriginOptions;
  private readonly targets: OrdinaryTargets;
  private readonly replays: SavedReplays;
  private readonly requested: RequestedReplay;
  private readonly knownInputs: KnownInputs;
  private readonly runs: PropertyRuns;
  private readonly newFailures: NewFailures;
  private readonly printed = new PrintedFailures();
  private readonly pending: PendingFailure[] = [];
  private fastCheckVersion: string | undefined;
  private commit: string | null | undefined;

  private readonly rootDir: string;
  private readonly directory: string;
  private readonly isReadOnly: boolean;

  constructor({ directory, file, root, corpusFile, movedFrom, isReadOnly }: OrdinaryPlace, real: RealGlobals) {
    this.directory = directory;
    this.rootDir = root;
    this.isReadOnly = isReadOnly;
    this.origins = { rootDir: root, isTested: testedPackagesOf(path.join(root, file)) };
    this.targets = new OrdinaryTargets(file);
    this.requested = new RequestedReplay(process.env['FUZZ_REPLAY'] ?? '', file);
    const journal = isReadOnly ? null : { code: () => this.code() };
    this.replays = new SavedReplays(directory, file, journal, corpusFile, movedFrom);
    this.runs = new PropertyRuns(real);
    this.knownInputs = new KnownInputs(this.runs, this.replays, this.printed, this.origins);
    this.newFailures = new NewFailures(this.origins, real);
  }

  /** Replays the saved failures of the property. If none fails, runs fast-check's own `check`. */
  check(call: CheckCall): unknown {
    const target = this.targets.next();
    const { fastCheck, property, parameters } = call;
    this.fastCheckVersion = fastCheck.__version;
    const given = choicesOfPath(parameters?.path);
    const check = (): unknown => fastCheck.check(property, parameters);
    if (target === null || InputRunner.unsupportedReason(property) !== null) return check();
    const own: TargetCall = { ...call, property: property as object, target };
    const requested = this.requested.inputFor(target.name, target.ordinal);
    if (requested !== null) return this.knownInputs.requested(own, requested);
    if (given !== null) return this.knownInputs.given(own, given);
    if (hasPath(parameters)) return check();
    const checkAndHandle = (): unknown =>
      whenDone<CheckedDetails>(check(), (details) => (details.failed ? this.handleFailure(own, details) : details));
    const saved = this.replays.of(target, (property as { arb: unknown }).arb);
    if (saved.length === 0 || !ordinarySettings(fastCheck.readConfigureGlobal(), parameters).replay) {
      return checkAndHandle();
    }
    return this.knownInputs.saved(own, saved, checkAndHandle);
  }

  /** A property failed in fast-check's own runs. Returns `details`, or details of a simpler input. */
  onFailure(call: CheckCall, details: unknown): unknown {
    const target = this.targets.next();
    const { property, parameters } = call;
    this.fastCheckVersion = call.fastCheck.__version;
    if (target === null || InputRunner.unsupportedReason(property) !== null || hasPath(parameters)) return details;
    return this.handleFailure({ ...call, property: property as object, target }, details as FailedDetails);
  }

  /** `fc.assert` throws `error` for `details`. `isNative`: in fast-check's own form, not made by the user's reporter. */
  onThrow(details: unknown, error: unknown, isNative: boolean): void {
    this.printed.onThrow(details as object, error, isNative);
  }

  /** Called when all tests of the file have run: saves the failures of the tests that failed. */
  finish(): void {
    for (const { target, save } of this.pending) if (target.test === null || target.test.errors.length > 0) save();
    this.pending.length = 0;
    this.requested.finish();
  }

  /** The code that the properties run with. Asks Git at the first use. */
  private code(): CodeTag {
    if (this.commit === undefined) this.commit = gitCommit(this.rootDir);
    return { commit: this.commit ?? undefined, fastCheck: this.fastCheckVersion };
  }

  /** Searches for more failures when the call is an assertion, and keeps all of them to save and to print. */
  private handleFailure(call: TargetCall, details: FailedDetails): unknown {
    const { fastCheck, property, parameters, isAssert } = call;
    // The property was interrupted or rejected too many inputs: there is no failing input.
    if (details.counterexamplePath === null) return details;
    const given = ordinarySettings(fastCheck.readConfigureGlobal(), parameters);
    const settings = this.isReadOnly ? { ...given, save: false } : given;
    if (!settings.save && settings.searchMs + settings.simplifyMs === 0) return details;
    // Both must run now: later, the stack may not have the place of the call any more.
    const search = isAssert ? this.newFailures.plan(call, settings) : null;
    const around = stackAround(call);
    return whenDone<Awaited<ReturnType<typeof failingInputs>>>(
      failingInputs(fastCheck, property, parameters, details),
      (inputs) => {
        const runner = this.runs.runnerFor(call, details.seed, search?.startTimer);
        const found = this.newFailures.find(call, runner, details, inputs, search);
        return whenDone<NewFailure[]>(found, (failures) => {
          if (settings.save) this.keep(call, runner, failures);
          if (!isAssert || failures.length === 0) return details;
          // Nothing was run again, and only the value of fast-check's simplest input is known. fast-check's own report
          // shows this input; our report would show the first input.
          if (search === null && inputs.shrunk === null && details.numShrinks > 0) return details;
          const reports = newFailureReports(call, runner, details, this.origins, failures);
          return whenDone<object>(this.detailsOf(call, details, failures.at(-1)!, reports.at(-1)!), (shownDetails) => {
            this.printed.add(shownDetails, reports, around);
            return shownDetails;
          });
        });
      },
    );
  }

  /** Keeps failures whose input can be made again, to save them if their test fails. */
  private keep(call: TargetCall, runner: InputRunner, failures: readonly NewFailure[]): void {
    const { fastCheck, target } = call;
    for (const { choices, ...failure } of failures) {
      if (choices === null) continue;
      const journal = {
        ...foundFailure(target, { ...failure, choices }, runner, (value) => fastCheck.stringify(value)),
        shape: arbitraryShape((call.property as { arb?: unknown }).arb),
        seenWith: this.code(),
      };
      this.pending.push({
        target,
        save: () =>
          warn(
            appendJournal(this.directory, {
              type: 'found',
              at: journal.firstSeenAt ?? Date.now(),
              host: journal.host ?? '',
              failure: journal,
            }),
          ),
      });
    }
  }

  /** Details of the failure `last`, which the test throws: fast-check's own details if they have the same input. */
  private detailsOf(call: TargetCall, details: FailedDetails, last: NewFailure, report: FailureReport): unknown {
    if (last.choices === null || report.path === details.counterexamplePath) return details;
    const { choices, isFlaky } = last;
    if (isFlaky) return details;
    const { path: blob, runs: inputs, shrinks } = report;
    return whenDone<{ failed: boolean; seed: number }>(
      this.runs.check(call, { choices, blob, inputs, shrinks }),
      (own) => {
        if (!own.failed) return details;
        own.seed = details.seed;
        return own;
      },
    );
  }
}

/** Whether the property has the parameter `path`: fast-check then repeats one of its own runs. */
function hasPath(parameters: CheckParameters | undefined): boolean {
  return parameters?.path !== undefined && parameters.path !== '';
}
