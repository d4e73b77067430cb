import { AsyncLocalStorage, createHook, type AsyncHook } from 'node:async_hooks';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { Choices } from '../../../src/choice/choices';

/** How an error comes late: after the input that started the failing work has returned. */
export type LateErrorKind = 'unhandled rejection' | 'uncaught exception';

/** An input, or the test around the inputs. It is responsible for errors of the asynchronous work that it starts. */
export interface AsyncOwner {
  readonly role: 'input' | 'test';
  /** Whether the loop waits for its work. Then its first late error is in `awaited`, and `listener` gets none. */
  isAwaited: boolean;
  awaited: LateError | null;
  /** Receives the late errors of its work. */
  readonly listener: { take(lateError: LateError): void };
  /** The choices of the input, after it has returned and left work behind. */
  choices: Choices | null;
  /** Number of async resources that it started: promises, timers, reads. Counted as `LateErrors.counts` says. */
  started: number;
  /** Number of these resources that may take longer than a turn of the event loop, and have not ended yet. */
  slow: number;
}

/** An error that no code caught, with the owner of the work that threw it. */
export class LateError {
  /** True when a rejection was handled after all, later. */
  isHandled = false;
  /** The inputs that may have caused it, the likeliest first; null when the owner is the cause. */
  suspects: readonly Choices[] | null = null;

  constructor(
    readonly kind: LateErrorKind,
    /** The value that was thrown, of any type. */
    readonly error: unknown,
    readonly owner: AsyncOwner,
    /** True when the async context names the owner; false when the owner is only what ran at that time. */
    readonly isFollowed: boolean,
  ) {}
}

/** Resources that begin and end within a turn of the event loop. */
const QUICK: ReadonlySet<string> = new Set(['PROMISE', 'TickObject', 'Microtask', 'Immediate']);

/** Milliseconds between two checks of slow work: whether it has ended. */
const CHECK_MS = 2;

/**
 * Catches the unhandled rejections and uncaught exceptions of a thread. Node reports them later than the call that caused
 * them, thousands of inputs later for a synchronous property. But each async resource carries the context in which it
 * was started (`AsyncLocalStorage`), and the context has the owner.
 */
export class LateErrors {
  private readonly context = new AsyncLocalStorage<AsyncOwner>();
  /** Rejections that may still be handled. */
  private readonly open = new WeakMap<object, LateError>();
  private readonly counter: AsyncHook;
  private counting: LateErrors['counts'] = 'nothing';
  /** By async id of a slow resource: its owner. */
  private readonly slow = new Map<number, AsyncOwner>();
  private readonly tracker: AsyncHook;

  /**
   * Whether asynchronous properties are followed, too: every promise then costs about a microsecond more. Becomes true
   * with the first error that no code caught.
   */
  isArmed = false;
  /** Owner of the late errors of work that is not followed. */
  private bystander: AsyncOwner | null = null;

  constructor() {
    this.counter = createHook({
      init: () => {
        const owner = this.context.getStore();
        if (owner !== undefined) owner.started += 1;
      },
    });
    this.tracker = createHook({
      init: (id, type) => {
        if (QUICK.has(type)) return;
        const owner = this.context.getStore();
        if (owner === undefined) return;
        owner.slow += 1;
        this.slow.set(id, owner);
      },
      destroy: (id) => {
        const owner = this.slow.get(id);
        if (owner === undefined) return;
        owner.slow -= 1;
        this.slow.delete(id);
      },
    });
  }

  /** Adds the listeners. To be called again after jest-circus has run, which removes all listeners for a while. */
  install(): void {
    listenOnce('unhandledRejection', this.onRejection);
    listenOnce('rejectionHandled', this.onHandled);
    listenOnce('uncaughtException', this.onException);
  }

  /** Like `run`, but without the async context: all late errors of the thread count as errors of `owner`. */
  runUnfollowed<T>(owner: AsyncOwner, action: () => T): T {
    // After contexts were used, Node keeps one for every promise of the thread, until they are disabled.
    this.context.disable();
    this.bystander = owner;
    return action();
  }

  /** Runs `action` in the async context of `owner`, which is responsible for all work that it leaves behind. */
  run<T>(owner: AsyncOwner, action: () => T): T {
    return this.context.run(owner, action);
  }

  /** Within `run`: from now on, another owner is responsible. */
  enter(owner: AsyncOwner): void {
    this.context.enterWith(owner);
  }

  /** Runs `action` outside of all async contexts: it has no owner. */
  apart<T>(action: () => T): T {
    return this.context.exit(action);
  }

  /** What is counted of the work that owners start. Counting makes promises a little slower; slow work costs more. */
  get counts(): 'nothing' | 'starts' | 'starts and slow work' {
    return this.counting;
  }

  set counts(what: 'nothing' | 'starts' | 'starts and slow work') {
    if (what === this.counting) return;
    this.counting = what;
    if (what === 'nothing') this.counter.disable();
    else this.counter.enable();
    if (what === 'starts and slow work') this.tracker.enable();
    else this.tracker.disable();
    if (what !== 'starts and slow work') this.slow.clear();
  }

  /**
   * Waits until the work that `owner` left behind has failed, as far as this can be known: two turns of the event loop,
   * and up to `slowMs` milliseconds while it has slow work. `isOver` ends the wait.
   */
  async settle(owner: AsyncOwner | null, slowMs: number, isOver: () => boolean): Promise<void> {
    // Node reports a rejection after the microtasks, and the rejections of immediates after the immediates.
    await this.apart(turn);
    if (isOver()) return;
    await this.apart(turn);
    if (owner === null) return;
    const end = performance.now() + slowMs;
    for (let { slow } = owner; slow > 0 && !isOver() && performance.now() < end; { slow } = owner) {
      await this.apart(() => sleep(CHECK_MS));
    }
  }

  private readonly onRejection = (error: unknown, promise: Promise<unknown>): void => {
    const lateError = this.take('unhandled rejection', error);
    if (lateError !== null) this.open.set(promise, lateError);
  };

  private readonly onHandled = (promise: Promise<unknown>): void => {
    const lateError = this.open.get(promise);
    if (lateError !== undefined) lateError.isHandled = true;
  };

  private readonly onException = (error: unknown): void => {
    this.take('uncaught exception', error);
  };

  private take(kind: LateErrorKind, error: unknown): LateError | null {
    const followed = this.context.getStore();
    const owner = followed ?? this.bystander;
    // Work that was started outside of all tests has no owner.
    if (owner === null) return null;
    const lateError = new LateError(kind, error, owner, followed !== undefined);
    if (owner.isAwaited) owner.awaited ??= lateError;
    else owner.listener.take(lateError);
    return lateError;
  }
}

function listenOnce(event: string, listener: Parameters<typeof process.on>[1]): void {
  // jest-circus puts back the listeners that it removed, even if they were added again in the meantime.
  while (process.rawListeners(event).includes(listener)) process.removeListener(event, listener);
  process.on(event, listener);
}
