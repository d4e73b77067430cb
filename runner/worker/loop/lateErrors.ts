import { AsyncLocalStorage, createHook, type AsyncHook } from 'node:async_hooks';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { Choices } from '../../../src/choice/choices';

/** What fails after whoever started it has returned. */
export type LateErrorKind = 'unhandled rejection' | 'uncaught exception';

/** Who started what goes on beside the test: one input, or the test around the inputs. */
export interface AsyncOwner {
  readonly role: 'input' | 'test';
  /** Somebody waits for what it leaves behind, and finds it here: nobody else is told. */
  isAwaited: boolean;
  awaited: LateError | null;
  /** Who is told of what fails later. */
  readonly listener: { take(lateError: LateError): void };
  /** The input, once it has returned and left something behind. */
  choices: Choices | null;
  /** Things it started that end later: promises, timers, reads. Counted while `LateErrors.counts`. */
  started: number;
  /** Of these, those that may take longer than a turn of the event loop, and have not ended yet. */
  slow: number;
}

/** An error that nobody caught, with the one who started what threw it. */
export class LateError {
  /** A rejection that was handled after all, late. */
  isHandled = false;
  /** Inputs one of which may have left it, the likeliest first; null where the owner tells. */
  suspects: readonly Choices[] | null = null;

  constructor(
    readonly kind: LateErrorKind,
    /** What was thrown: anything. */
    readonly error: unknown,
    readonly owner: AsyncOwner,
    /** Whether the owner is known by its context, and not by who ran at the time. */
    readonly isFollowed: boolean,
  ) {}
}

/** Resources that come and go within a turn of the event loop. */
const QUICK: ReadonlySet<string> = new Set(['PROMISE', 'TickObject', 'Microtask', 'Immediate']);

/** Milliseconds between two looks for what a slow thing left. */
const LOOK_MS = 2;

/**
 * The unhandled rejections and uncaught exceptions of a thread. Node tells of them later than the call that caused
 * them, thousands of inputs later for a synchronous property; but each thing that is started carries the context in
 * which it was started (`AsyncLocalStorage`), and that names the input.
 */
export class LateErrors {
  private readonly context = new AsyncLocalStorage<AsyncOwner>();
  /** Rejections that may still be handled. */
  private readonly open = new WeakMap<object, LateError>();
  private readonly counter: AsyncHook;
  private counting: LateErrors['counts'] = 'nothing';
  /** By number of the thing, as Node counts them: who started it. */
  private readonly slow = new Map<number, AsyncOwner>();
  private readonly tracker: AsyncHook;

  /**
   * Whether asynchronous properties are followed, too: every promise then costs about a microsecond more. From the first
   * error on that nobody caught.
   */
  isArmed = false;
  /** Who is told of what is not followed. */
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

  /** Listens; to be called again after jest-circus was at work, which takes all listeners away for a while. */
  install(): void {
    listenOnce('unhandledRejection', this.onRejection);
    listenOnce('rejectionHandled', this.onHandled);
    listenOnce('uncaughtException', this.onException);
  }

  /** Runs something as `run` does, but what it leaves behind is not told from what others left. */
  runUnfollowed<T>(owner: AsyncOwner, action: () => T): T {
    // Once used, contexts are kept for every promise of the thread.
    this.context.disable();
    this.bystander = owner;
    return action();
  }

  /** Runs something for which `owner` is responsible, with all that it leaves behind. */
  run<T>(owner: AsyncOwner, action: () => T): T {
    return this.context.run(owner, action);
  }

  /** From here on, within `run`, somebody else is responsible. */
  enter(owner: AsyncOwner): void {
    this.context.enterWith(owner);
  }

  /** Does something for which nobody is responsible. */
  apart<T>(action: () => T): T {
    return this.context.exit(action);
  }

  /** What starters count of what they start. Every promise then costs a little more, and more with what is slow. */
  get counts(): 'nothing' | 'starts' | 'starts and what is slow' {
    return this.counting;
  }

  set counts(what: 'nothing' | 'starts' | 'starts and what is slow') {
    if (what === this.counting) return;
    this.counting = what;
    if (what === 'nothing') this.counter.disable();
    else this.counter.enable();
    if (what === 'starts and what is slow') this.tracker.enable();
    else this.tracker.disable();
    if (what !== 'starts and what is slow') this.slow.clear();
  }

  /**
   * Waits until what `owner` left behind has failed, as far as can be known: two turns of the event loop, and up to
   * `slowMs` while there is what may take longer. `isOver` ends the wait.
   */
  async settle(owner: AsyncOwner | null, slowMs: number, isOver: () => boolean): Promise<void> {
    // Node tells of a rejection after the microtasks, and what an immediate did after the immediates.
    await this.apart(turn);
    if (isOver()) return;
    await this.apart(turn);
    if (owner === null) return;
    const end = performance.now() + slowMs;
    for (let { slow } = owner; slow > 0 && !isOver() && performance.now() < end; { slow } = owner) {
      await this.apart(() => sleep(LOOK_MS));
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
    // What no test has started belongs to nobody.
    if (owner === null) return null;
    const lateError = new LateError(kind, error, owner, followed !== undefined);
    if (owner.isAwaited) owner.awaited ??= lateError;
    else owner.listener.take(lateError);
    return lateError;
  }
}

function listenOnce(event: string, listener: Parameters<typeof process.on>[1]): void {
  // jest-circus puts back what it took away, also what was added again meanwhile.
  while (process.rawListeners(event).includes(listener)) process.removeListener(event, listener);
  process.on(event, listener);
}
