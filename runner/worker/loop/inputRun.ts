import type { OriginOptions } from '../../../src/failure/origin';
import type { Attempt, ObservedFailure } from '../../../src/fuzz/attempt';
import type { InputRunner, Outcome } from '../../../src/property/inputRunner';
import { CatchesOfTest } from './catchesOfTest';
import { ErrorFrames } from './errorFrames';
import { LastAttempt } from './lastAttempt';
import { observedFailure } from './observedFailure';
import { settleFailure } from './settleFailure';
import type { Tally } from './tally';
import type { ThreadTools } from './threadTools';

const OVERRUN: Outcome = { status: 'overrun' };

/**
 * Runs one input of a property and observes it: the input is generated, written to the flight recorder, executed, and
 * its coverage is scanned. One object serves all inputs of a target, so that an input allocates nothing here. The order
 * of calls is `start`, then `settle` if the input failed and `ErrorFrames` needs another run, then `observe`, and then
 * `judge` if the fuzzer must see the outcome.
 */
export class InputRun {
  /** Inputs executed in this thread's life. */
  inputs = 0;
  readonly seen: LastAttempt;
  readonly frames: ErrorFrames;
  private readonly catches: CatchesOfTest;
  private readonly mappedOrigins: OriginOptions;
  private runner: InputRunner | null = null;
  /** Whether the current attempt is expected to fail: then stacks are mapped. */
  private isFailing = true;
  private isCompared = false;

  /** `testFile`: the name under which the test file is covered. */
  constructor(
    private readonly tools: ThreadTools,
    testFile: string,
  ) {
    this.mappedOrigins = { ...tools.origins, stackOf: (error) => tools.stackTraces.mappedStackOf(error) };
    this.frames = new ErrorFrames(tools.stackTraces);
    this.catches = new CatchesOfTest(tools.coverage, testFile);
    this.seen = new LastAttempt(tools.coverage.hits, tools.comparisons);
  }

  /** Runs inputs of this property from now on. `stringify`: from the user's copy of fast-check. */
  bind(runner: InputRunner, stringify: (value: unknown) => string): void {
    this.runner = runner;
    this.seen.runner = runner;
    this.seen.stringify = stringify;
  }

  /** To be called before the first input of each execution of the test. `keepFrames`: see `LoopLimit`. */
  startTest(keepFrames: ((count: number) => void) | null): void {
    // Other targets of the thread may have changed these settings, which they share.
    this.isFailing = true;
    this.tools.stackTraces.mapped = true;
    this.frames.start(keepFrames);
  }

  /** Generates the input of an attempt and executes it. Returns a promise only for an asynchronous property. */
  start({ source, isDetailed, isCompared = false, isFailing = false }: Attempt): Outcome | Promise<Outcome> {
    this.isCompared = isCompared;
    if (isFailing !== this.isFailing) {
      this.isFailing = isFailing;
      this.tools.stackTraces.mapped = isFailing;
    }
    this.frames.setFor(this.inputs, isFailing);
    this.tools.recorder.beginGenerating();
    const runner = this.runner!;
    return this.ready(runner.generate(source, isDetailed)) ?? runner.execute();
  }

  /** Runs a failed input of a synchronous property again, for the frames of its error. Returns its outcome. */
  settle(failed: Outcome): Outcome {
    const settling = settleFailure(failed);
    let step = settling.next();
    // The property is synchronous, and so is its outcome.
    while (step.done !== true) step = settling.next(this.startAgain(step.value) as Outcome);
    return this.frames.settled(step.value, this.inputs);
  }

  /** Like `settle`, for an asynchronous property. */
  async settleAsync(failed: Outcome): Promise<Outcome> {
    const settling = settleFailure(failed);
    let step = settling.next();
    while (step.done !== true) step = settling.next(await this.startAgain(step.value));
    return this.frames.settled(step.value, this.inputs);
  }

  /** Writes the observation of the executed input to `seen`, except its failure. Counts the input in `tally`. */
  observe(outcome: Outcome, tally: Tally): void {
    const { coverage, comparisons, recorder } = this.tools;
    const { status } = outcome;
    recorder.end();
    if (this.isCompared) comparisons.enabled = false;
    this.inputs += 1;
    const { seen } = this;
    tally.inputs += 1;
    if (status === 'invalid' || status === 'overrun') tally.invalid += 1;
    const { tape } = this.runner!;
    seen.status = status;
    seen.isMisaligned = tape.misaligned > 0;
    seen.size = tape.drawn;
    seen.featureCount = status === 'overrun' ? 0 : coverage.scan();
    seen.isRejected = status !== 'passed' || this.catches.wereReached(seen.featureCount);
  }

  /** Writes the outcome to `seen`, with its failure. After a late error it is another outcome than `observe` got. */
  judge(outcome: Outcome): LastAttempt {
    const { seen, frames } = this;
    seen.status = outcome.status;
    seen.failure = outcome.status === 'failed' ? this.failureOf(outcome.error) : null;
    frames.watch(outcome.status);
    // The fuzzer now calls code of fast-check that throws a lot, to find out which values it can generate.
    if (this.isFailing && !frames.areNeeded) frames.keep(false);
    return seen;
  }

  /** What the fuzzer sees of an error. `isLate`: whether it was thrown during another attempt. */
  failureOf(thrown: unknown, isLate = false): ObservedFailure {
    return observedFailure(thrown, this.tools.origins, this.isFailing && !isLate ? null : this.mappedOrigins);
  }

  /** Generates the input that was just executed once more, and executes it. */
  private startAgain(keepsFrames: boolean): Outcome | Promise<Outcome> {
    this.frames.keep(keepsFrames);
    const runner = this.runner!;
    return this.ready(runner.generateAgain()) ?? runner.execute();
  }

  /** Writes the generated input to the flight recorder, and begins to observe. Returns an outcome if it cannot run. */
  private ready(status: 'ok' | 'overrun' | 'invalid'): Outcome | null {
    const { coverage, comparisons, recorder } = this.tools;
    // Generation runs the user's mappers, which may be instrumented: only the property's own run counts.
    coverage.reset();
    if (status === 'overrun') {
      recorder.end();
      return OVERRUN;
    }
    if (this.isCompared) {
      comparisons.clear();
      comparisons.enabled = true;
    }
    recorder.beginInput(this.runner!.tape);
    return null;
  }
}
