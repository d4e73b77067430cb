/** The time that a run has for fuzzing. It begins with the first slice: loading the test files does not count. */
export class Budget {
  /** A value of `performance.now()`; null before fuzzing. */
  private startedAt: number | null = null;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    /** null for no limit. */
    private readonly seconds: number | null,
    private readonly onEnd: () => void,
  ) {}

  /** Starts the time. When the time is over, `onEnd` is called. */
  start(): void {
    this.startedAt = performance.now();
    if (this.seconds !== null) this.timer = setTimeout(this.onEnd, this.seconds * 1000);
  }

  /** Seconds since `start`; 0 before. */
  get usedSeconds(): number {
    return this.startedAt === null ? 0 : (performance.now() - this.startedAt) / 1000;
  }

  /** Seconds until the end, negative after it; Infinity without a limit. */
  get remainingSeconds(): number {
    return this.seconds === null ? Infinity : this.seconds - this.usedSeconds;
  }

  /** From now on, `onEnd` is not called any more. */
  cancel(): void {
    clearTimeout(this.timer);
  }
}
