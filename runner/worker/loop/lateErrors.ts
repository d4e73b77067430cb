import { AsyncLocalStorage, createHook, type AsyncHook } from 'node:async_hooks';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { Choices } from '../../../src/choice/choices';

/** What fails after whoever started it has returned. */
export type StrayKind = 'unhandled rejection' | 'uncaught exception';

/** Who started what goes on beside the test: one input, or the test around the inputs. */
export interface Starter {
  readonly role: 'input' | 'test';
  /** Somebody waits for what it leaves behind, and finds it here: nobody else is told. */
  isAwaited: boolean;
  awaited: Stray | null;
  /** Who is told of what fails later. */
  readonly owner: { take(stray: Stray): void };
  /** The input, once it has returned and left something behind. */
  choices: Choices | null;
  /** Things it started that end later: promises, timers, reads. Counted while `StrayErrors.counts`. */
  started: number;
  /** Of these, those that may take longer than a turn of the event loop, and have not ended yet. */
  slow: number;
}

/** An error that nobody caught, with the one who started what threw it. */
export class Stray {
  /** A rejection that was handled after all, late. */
  isHandled = false;
  /** Inputs one of which may have left it, the likeliest first; null where the starter tells. */
  suspects: readonly Choices[] | null = null;

  constructor(
    readonly kind: StrayKind,
    /** What was thrown: anything. */
    readonly error: unknown,
    readonly starter: Starter,
    /** Whether the starter is known by its context, and not by who ran at the time. */
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
export class StrayErrors {
  private readonly context = new AsyncLocalStorage<Starter>();
  /** Rejections that may still be handled. */
  private readonly open = new WeakMap<object, Stray>();
  private readonly counter: AsyncHook;
  private counting: StrayErrors['counts'] = 'nothing';
  /** By number of the thing, as Node counts them: who started it. */
  private readonly slow = new Map<number, Starter>();
  private readonly tracker: AsyncHook;

  /**
   * Whether asynchronous properties are followed, too: every promise then costs about a microsecond more. From the first
   * error on that nobody caught.
   */
  isArmed = false;
  /** Who is told of what is not followed. */
  private bystander: Starter | null = null;

  constructor() {
    this.counter = createHook({
      init: () => {
        const starter = this.context.getStore();
        if (starter !== undefined) starter.started += 1;
      },
    });
    this.tracker = createHook({
      init: (id, type) => {
        if (QUICK.has(type)) return;
        const starter = this.context.getStore();
        if (starter === undefined) return;
        starter.slow += 1;
        this.slow.set(id, starter);
      },
      destroy: (id) => {
        const starter = this.slow.get(id);
        if (starter === undefined) return;
        starter.slow -= 1;
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
  runUnfollowed<T>(starter: Starter, action: () => T): T {
    // Once used, contexts are kept for every promise of the thread.
    this.context.disable();
    this.bystander = starter;
    return action();
  }

  /** Runs something for which `starter` is responsible, with all that it leaves behind. */
  run<T>(starter: Starter, action: () => T): T {
    return this.context.run(starter, action);
  }

  /** From here on, within `run`, somebody else is responsible. */
  enter(starter: Starter): void {
    this.context.enterWith(starter);
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
   * Waits until what `starter` left behind has failed, as far as can be known: two turns of the event loop, and up to
   * `slowMs` while there is what may take longer. `isOver` ends the wait.
   */
  async settle(starter: Starter | null, slowMs: number, isOver: () => boolean): Promise<void> {
    // Node tells of a rejection after the microtasks, and what an immediate did after the immediates.
    await this.apart(turn);
    if (isOver()) return;
    await this.apart(turn);
    if (starter === null) return;
    const end = performance.now() + slowMs;
    for (let { slow } = starter; slow > 0 && !isOver() && performance.now() < end; { slow } = starter) {
      await this.apart(() => sleep(LOOK_MS));
    }
  }

  private readonly onRejection = (error: unknown, promise: Promise<unknown>): void => {
    const stray = this.take('unhandled rejection', error);
    if (stray !== null) this.open.set(promise, stray);
  };

  private readonly onHandled = (promise: Promise<unknown>): void => {
    const stray = this.open.get(promise);
    if (stray !== undefined) stray.isHandled = true;
  };

  private readonly onException = (error: unknown): void => {
    this.take('uncaught exception', error);
  };

  private take(kind: StrayKind, error: unknown): Stray | null {
    const followed = this.context.getStore();
    const starter = followed ?? this.bystander;
    // What no test has started belongs to nobody.
    if (starter === null) return null;
    const stray = new Stray(kind, error, starter, followed !== undefined);
    if (starter.isAwaited) starter.awaited ??= stray;
    else starter.owner.take(stray);
    return stray;
  }
}

function listenOnce(event: string, listener: Parameters<typeof process.on>[1]): void {
  // jest-circus puts back what it took away, also what was added again meanwhile.
  while (process.rawListeners(event).includes(listener)) process.removeListener(event, listener);
  process.on(event, listener);
}
