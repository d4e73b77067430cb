import type { Choices } from '../../src/choice/choices';
import { decodeChoices, encodeChoices, toBlob } from '../../src/choice/encoding';
import { driveAsync, type Runs } from '../../src/search/drive';
import { InputSearch } from '../../src/search/failingInput';
import { simplerChoices } from '../../src/shrink/simplerChoices';
import type { TrackedFailure, TargetState } from '../targets/targetState';
import type { CrashRecords } from './crashRecords';
import { isCrash, type Crash, type CrashRun, type CrashRuns } from './crashRuns';

/** What may be spent on making one input simpler. */
const SHRINK = { evaluations: 60, seconds: 20, inputSeconds: 1 };

/** Makes inputs that crash or hang their worker simpler, each for a little while. */
export class CrashShrink {
  /** When true, no more candidates are run. */
  private isEnding = false;
  private isRunning = false;

  constructor(
    private readonly runs: CrashRuns,
    private readonly records: CrashRecords,
  ) {}

  /** Ends the current search: the best input so far is the result. */
  hurry(message: string): void {
    this.isEnding = true;
    if (this.isRunning) void this.runs.stop(message);
  }

  /** Looks for a simpler input with the crash of `failure`, and saves it. `crash`: the crash of its current input. */
  async simplify(target: TargetState, failure: TrackedFailure, crash: Crash): Promise<void> {
    const isHang = crash.kind === 'hang';
    const { runs, records } = this;
    const inputSeconds = isHang ? SHRINK.inputSeconds : undefined;
    const endsAt = performance.now() + SHRINK.seconds * 1000;
    const search = new InputSearch(simplerChoices(decodeChoices(crash.choices)));
    const tried = new Set<string>();
    let best = crash;
    let shrinks = 0;
    let left = SHRINK.evaluations;
    let isStopped = false;
    const runCandidate = async (choices: Choices): Promise<CrashRun> => {
      this.isRunning = true;
      const run = await runs.run(target, encodeChoices(choices), inputSeconds);
      this.isRunning = false;
      return run;
    };
    const judge = function* (candidate: Choices): Runs<Choices | null, CrashRun> {
      const name = toBlob(candidate);
      if (tried.has(name)) return null;
      tried.add(name);
      const run = yield runCandidate(candidate);
      isStopped = run === null || run === 'stopped';
      if (!isCrash(run) || !records.isSame(run, failure)) return null;
      best = run;
      shrinks += 1;
      return decodeChoices(run.choices);
    };
    const mayGoOn = (): boolean => !isStopped && (left -= 1) >= 0 && !this.isEnding && performance.now() <= endsAt;
    await driveAsync(search.advance(judge, mayGoOn));
    const isMinimal = search.isDone && !isStopped;
    if (best !== crash && isHang && target.found.inputTimeoutMs > SHRINK.inputSeconds * 1000) {
      // The input ran longer than the limit of a candidate. Now see whether it also reaches the limit of the target.
      if (!isCrash(await runs.run(target, best.choices))) return;
    }
    if (best === crash && !isMinimal) return;
    await records.improve(target, failure, best, crash.kind, shrinks, isMinimal);
  }
}
