import type { Choices } from '../../../src/choice/choices';
import type { InputRunner } from '../../../src/property/inputRunner';
import { isPromise } from '../../../src/property/isPromise';
import type { FastExpect } from '../expect/fastExpect';

/** The property of a test file whose inputs run now: one at a time. */
export class RunningProperty {
  /** Runs its inputs. */
  runner: InputRunner | null = null;
  /** Whether an asynchronous property is running: a check that is called now lies inside it, or runs beside it. */
  isBusy = false;
  private testsStarted = 0;

  /** To be called when a test starts. A property of an earlier test that is still running ends by itself. */
  startTest(): void {
    this.testsStarted += 1;
    this.isBusy = false;
  }

  /** Returns a function that says whether the test that runs now is over: then its property must stop. */
  abandonment(): () => boolean {
    const started = this.testsStarted;
    return () => this.testsStarted !== started;
  }

  /** The choices of the input that is made or run now; null when there is none. */
  drawing(): Choices | null {
    return this.runner?.choices() ?? null;
  }

  /** Runs inputs, with the quick `expect`, then calls `finish` and returns its result, as a promise if `pump` did. */
  run(
    runner: InputRunner | null,
    fastExpect: FastExpect | null,
    pump: () => void | Promise<void>,
    finish: () => unknown,
  ): unknown {
    this.runner = runner;
    const endFast = fastExpect?.begin();
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
}
