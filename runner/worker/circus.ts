import { startTimer } from '../fastCheck/timerLimit';

/**
 * The part of jest-circus's state that we read, and our own way to call its tests and hooks.
 *
 * jest-circus is used unmodified: it loads the test file, and (in an ordinary pass) runs it. After that, the tree of
 * describe blocks with hooks and test functions is still there. This tree is public through
 * `environment.handleTestEvent(event, state)` and is enough to run single tests again, as often as we like.
 */

export interface CircusHook {
  readonly type: 'beforeAll' | 'afterAll' | 'beforeEach' | 'afterEach';
  readonly fn: TestFunction;
  readonly timeout?: number;
}

export interface DescribeBlock {
  readonly type: 'describeBlock';
  readonly name: string;
  readonly parent?: DescribeBlock;
  readonly children: readonly (DescribeBlock | CircusTest)[];
  readonly hooks: readonly CircusHook[];
  readonly mode?: 'skip' | 'only' | 'todo' | null;
}

export interface CircusTest {
  readonly type: 'test';
  readonly name: string;
  readonly parent: DescribeBlock;
  readonly fn: TestFunction | undefined;
  readonly failing: boolean;
  readonly concurrent: boolean;
  readonly timeout?: number;
  mode?: 'skip' | 'only' | 'todo' | null;
  errors: unknown[];
}

export interface CircusState {
  readonly rootDescribeBlock: DescribeBlock;
  readonly testTimeout: number;
}

/** The body of a test or hook, as circus accepts it. */
type TestFunction = (this: unknown, done?: (reason?: unknown) => void) => unknown;

/** Titles from the outermost describe block to the test. */
export function titlesOf(test: CircusTest): string[] {
  const titles: string[] = [test.name];
  for (let block: DescribeBlock | undefined = test.parent; block?.parent !== undefined; block = block.parent) {
    titles.unshift(block.name);
  }
  return titles;
}

export function testsOf(block: DescribeBlock): CircusTest[] {
  return block.children.flatMap((child) => (child.type === 'test' ? [child] : testsOf(child)));
}

/** Describe blocks around the test, the root first. */
export function chainOf(test: CircusTest): DescribeBlock[] {
  const chain: DescribeBlock[] = [];
  for (let block: DescribeBlock | undefined = test.parent; block !== undefined; block = block.parent) {
    chain.unshift(block);
  }
  return chain;
}

/** Hooks of one kind that circus would run for a block, in its order. */
export function hooksOf(block: DescribeBlock, type: CircusHook['type']): CircusHook[] {
  return block.hooks.filter((hook) => hook.type === type);
}

/** Hooks around a single execution of a test, in circus's order. A concurrent test has none. */
export function eachHooks(test: CircusTest): { before: CircusHook[]; after: CircusHook[] } {
  if (test.concurrent) return { before: [], after: [] };
  const chain = chainOf(test);
  return {
    before: chain.flatMap((block) => hooksOf(block, 'beforeEach')),
    after: [...chain].reverse().flatMap((block) => hooksOf(block, 'afterEach')),
  };
}

/**
 * Calls a test or hook function as circus does: with a `done` callback when it takes an argument, generator
 * functions are driven, promises are awaited. Rejects after `timeoutMs` (none when Infinity).
 */
export async function callCircusFunction(fn: TestFunction, context: object, timeoutMs: number): Promise<void> {
  let stopTimer = (): void => {};
  const timeout =
    timeoutMs === Infinity
      ? null
      : new Promise<never>((_resolve, reject) => {
          stopTimer = startTimer(() => reject(new Error(`Exceeded timeout of ${timeoutMs} ms`)), timeoutMs);
        });
  try {
    const body = fn.length > 0 ? callWithDone(fn, context) : Promise.resolve(drive(fn.call(context)));
    await (timeout === null ? body : Promise.race([body, timeout]));
  } finally {
    stopTimer();
  }
}

function callWithDone(fn: TestFunction, context: object): Promise<void> {
  return new Promise((resolve, reject) => {
    fn.call(context, (reason?: unknown) => {
      if (reason === undefined || reason === null || reason === false) resolve();
      else reject(reason);
    });
  });
}

/** Runs an iterator (of a generator test function) to its end, awaiting what it yields; passes other values on. */
function drive(returned: unknown): unknown {
  if (!isIterator(returned)) return returned;
  return (async () => {
    for (let step = returned.next(); ;) {
      if (step.done === true) return step.value;
      let value: unknown;
      try {
        value = await step.value;
      } catch (error) {
        step = returned.throw(error);
        continue;
      }
      step = returned.next(value);
    }
  })();
}

function isIterator(value: unknown): value is Iterator<unknown> & { throw(error: unknown): IteratorResult<unknown> } {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Partial<Iterator<unknown>>).next === 'function' &&
    typeof (value as Partial<Iterator<unknown>>).throw === 'function'
  );
}
