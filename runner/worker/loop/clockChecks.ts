import type { FlightRecorder } from '../../channel/flightRecorder';

/** Between two readings of the clock are about this many wall seconds: a reading costs as much as a fast input. */
const SECONDS_BETWEEN = { least: 0.0005, most: 0.005 };

/** At most this many inputs run between two readings, because any of them may be slow. */
const MOST_INPUTS_BETWEEN = 64;

/**
 * Decides after how many inputs a loop reads the clock. A tick of the main thread makes it read the clock at once: after
 * a tick, the next inputs may all be slow.
 */
export class ClockChecks {
  private inputsBetween = 1;
  /** Number of the input before which the clock is read next. */
  private nextCheck = 0;
  private lastSeconds = 0;
  private lastTick = 0;

  constructor(private readonly recorder: FlightRecorder) {}

  /** Inputs are counted from 0 again. */
  restart(): void {
    this.nextCheck = 0;
  }

  /** Whether the clock must be read before the input of this number; if so, `checked` must be called next. */
  isDue(count: number, isAsync: boolean): boolean {
    const { ticks } = this.recorder;
    // While an asynchronous property waits, anything may happen.
    if (count < this.nextCheck && ticks === this.lastTick && !isAsync) return false;
    this.lastTick = ticks;
    return true;
  }

  /** The clock was read before the input of this number. `now`: wall seconds. */
  checked(count: number, now: number): void {
    const seconds = now - this.lastSeconds;
    if (seconds < SECONDS_BETWEEN.least) this.inputsBetween = Math.min(this.inputsBetween * 2, MOST_INPUTS_BETWEEN);
    else if (seconds > SECONDS_BETWEEN.most) this.inputsBetween = Math.max(1, this.inputsBetween >> 2);
    this.lastSeconds = now;
    this.nextCheck = count + this.inputsBetween;
  }
}
