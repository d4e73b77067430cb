import * as path from 'node:path';
import { appendJournal } from '../../src/database/journal/journal';
import type { OriginOptions } from '../../src/failure/origin';
import { arbitraryShape } from '../../src/property/arbitraryShape';
import { InputRunner } from '../../src/property/inputRunner';
import type { CodeTag } from '../../src/protocol/failure';
import { whenDone } from '../../src/search/drive';
import { failingInputs, type FailedDetails } from './failingInputs';
import type { FailureReport } from './failureReport';
import type { CheckParameters } from '../fastCheck/fastCheckHook';
import { foundFailure } from './foundFailure';
import { gitCommit } from '../../src/database/merge/gitCommit';
import { testedPackagesOf } from '../scope/importedPackages';
import { NewFailures, type Found } from './newFailures';
import { ordinarySettings } from './ordinaryOptions';
import { OrdinaryTargets, type CheckCall, type OrdinaryTarget, type TargetCall } from './ordinaryTarget';
import { PropertyRuns, type CheckedDetails } from './propertyRuns';
import type { RealGlobals } from './realGlobals';
import { ReplayReports } from './replayReports';
import { RequestedReplay } from './requestedReplay';
import { choicesOfPath } from '../fastCheck/runDetails';
import { SavedReplays } from './savedReplays';
import { ShownFailures, stackAround } from './shownFailures';
import { warn } from './warn';

/** A failure that is saved if its test fails. */
interface PendingFailure {
  readonly target: OrdinaryTarget;
  readonly save: () => void;
}

/** The checks of one test file in an ordinary run: replays what is saved, looks at what is new, and saves it. */
export class OrdinaryFile {
  private readonly origins: OriginOptions;
  private readonly targets: OrdinaryTargets;
  private readonly replays: SavedReplays;
  private readonly requested: RequestedReplay;
  private readonly reports: ReplayReports;
  private readonly runs: PropertyRuns;
  private readonly newFailures: NewFailures;
  private readonly shown = new ShownFailures();
  private readonly pending: PendingFailure[] = [];
  private fastCheckVersion: string | undefined;
  private commit: string | null | undefined;

  constructor(
    private readonly directory: string,
    file: string,
    private readonly rootDir: string,
    /** Path of its committed corpus; null when there is none. */
    corpusFile: string | null,
    real: RealGlobals,
    /** Test files that are gone and may have been this one. */
    movedFrom: readonly string[] = [],
  ) {
    this.origins = { rootDir, isTested: testedPackagesOf(path.join(rootDir, file)) };
    this.targets = new OrdinaryTargets(file);
    this.requested = new RequestedReplay(process.env['FUZZ_REPLAY'] ?? '', file);
    this.replays = new SavedReplays(directory, file, () => this.code(), corpusFile, movedFrom);
    this.runs = new PropertyRuns(real);
    this.reports = new ReplayReports(this.runs, this.replays, this.shown, this.origins);
    this.newFailures = new NewFailures(this.origins, real);
  }

  /** Replays the saved failures of this property; if none fails, runs fast-check's check as ever. */
  check(call: CheckCall): unknown {
    const target = this.targets.next();
    const { fastCheck, property, parameters } = call;
    this.fastCheckVersion = fastCheck.__version;
    const given = choicesOfPath(parameters?.path);
    const check = (): unknown => fastCheck.check(property, parameters);
    if (target === null || InputRunner.unsupportedReason(property) !== null) return check();
    const own: TargetCall = { ...call, property: property as object, target };
    const requested = this.requested.inputFor(target.name, target.ordinal);
    if (requested !== null) return this.reports.requested(own, requested);
    if (given !== null) return this.reports.given(own, given);
    if (hasPath(parameters)) return check();
    const checkAndNote = (): unknown =>
      whenDone<CheckedDetails>(check(), (details) => (details.failed ? this.note(own, details) : details));
    const saved = this.replays.of(target, (property as { arb: unknown }).arb);
    if (saved.length === 0 || !ordinarySettings(fastCheck.readConfigureGlobal(), parameters).replay) {
      return checkAndNote();
    }
    return this.reports.saved(own, saved, checkAndNote);
  }

  /** A property failed in fast-check's own runs. Returns its details, which may have a simpler input by then. */
  noteFailure(call: CheckCall, details: unknown): unknown {
    const target = this.targets.next();
    const { property, parameters } = call;
    this.fastCheckVersion = call.fastCheck.__version;
    if (target === null || InputRunner.unsupportedReason(property) !== null || hasPath(parameters)) return details;
    return this.note({ ...call, property: property as object, target }, details as FailedDetails);
  }

  /** `fc.assert` fails with `error`: in fast-check's own form, or as a reporter of the user's has it. */
  thrown(details: unknown, error: unknown, isNative: boolean): void {
    this.shown.thrown(details as object, error, isNative);
  }

  /** All tests of the file have run: saves the failures of those that failed. */
  finish(): void {
    for (const { target, save } of this.pending) if (target.test === null || target.test.errors.length > 0) save();
    this.pending.length = 0;
    this.requested.finish();
  }

  /** Looked up when something is to be noted. */
  private code(): CodeTag {
    if (this.commit === undefined) this.commit = gitCommit(this.rootDir);
    return { commit: this.commit ?? undefined, fastCheck: this.fastCheckVersion };
  }

  private note(call: TargetCall, details: FailedDetails): unknown {
    const { fastCheck, property, parameters, isAssert } = call;
    // Interrupted, or too many inputs were rejected: there is no failing input.
    if (details.counterexamplePath === null) return details;
    const settings = ordinarySettings(fastCheck.readConfigureGlobal(), parameters);
    if (!settings.save && settings.searchMs + settings.simplifyMs === 0) return details;
    // Asked for now: what comes later may have another stack.
    const search = isAssert ? this.newFailures.plan(call, settings) : null;
    const around = stackAround(call);
    return whenDone<Awaited<ReturnType<typeof failingInputs>>>(
      failingInputs(fastCheck, property, parameters, details),
      (inputs) => {
        const runner = this.runs.runnerFor(call, details.seed, search?.startTimer);
        const found = this.newFailures.find(call, runner, details, inputs, search);
        return whenDone<Found[]>(found, (failures) => {
          if (settings.save) this.keep(call, runner, failures);
          if (!isAssert || failures.length === 0) return details;
          // Nothing was run again, and fast-check's simplest input is known by its value only: it says more.
          if (search === null && inputs.shrunk === null && details.numShrinks > 0) return details;
          const reports = this.newFailures.reports(call, runner, details, failures);
          return whenDone<object>(this.detailsOf(call, details, failures.at(-1)!, reports.at(-1)!), (shownDetails) => {
            this.shown.add(shownDetails, reports, around);
            return shownDetails;
          });
        });
      },
    );
  }

  private keep(call: TargetCall, runner: InputRunner, failures: readonly Found[]): void {
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

  /** fast-check's own details, unless there is another failure to throw or a simpler input for it. */
  private detailsOf(call: TargetCall, details: FailedDetails, last: Found, report: FailureReport): unknown {
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

/** Whether the user asked for one run of fast-check's own. */
function hasPath(parameters: CheckParameters | undefined): boolean {
  return parameters?.path !== undefined && parameters.path !== '';
}
