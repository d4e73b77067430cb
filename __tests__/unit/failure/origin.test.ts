import assert from 'node:assert';
import { describe, expect, test } from '@jest/globals';
import { crashOrigin } from '../../../src/failure/crashOrigin';
import { isMoved } from '../../../src/failure/moved';
import { isUserFile, originOf } from '../../../src/failure/origin';

const ROOT = '/project';

/** An error as V8 would make it, with frames `name file:line:column`. */
function failure(error: object, frames: readonly string[]): object {
  const lines = frames.map((frame) => `    at ${frame.replace(/^(\S+) (.*)$/, '$1 ($2)')}`);
  Object.defineProperty(error, 'stack', { value: `Error: text\n${lines.join('\n')}`, configurable: true });
  return error;
}

function keyOf(error: unknown): string {
  return originOf(error, { rootDir: ROOT }).key;
}

function caught(body: () => void): unknown {
  try {
    body();
  } catch (error) {
    return error;
  }
  throw new Error('It was expected to throw.');
}

const TOOLS = [
  'check /project/node_modules/fast-check/lib/cjs/fast-check.js:1:1',
  'toBe /project/node_modules/expect/build/index.js:1:1',
  'run /project/node_modules/.pnpm/expect@30/node_modules/@jest/expect-utils/build/index.js:2:2',
  'tick node:internal/process/task_queues:95:5',
];

describe('the place', () => {
  test('is the first frame of the user', () => {
    const origin = originOf(
      failure(new TypeError('x'), [...TOOLS, 'parse /project/src/a.ts:3:7', 'b /project/t.ts:1:1']),
      {
        rootDir: ROOT,
      },
    );
    expect(origin).toEqual({
      key: 'TypeError at src/a.ts:3:7',
      errorClass: 'TypeError',
      place: { file: 'src/a.ts', line: 3, column: 7, functionName: 'parse' },
    });
  });

  test('is preferred to one in a library, which is better than none', () => {
    const library = 'lib /project/node_modules/left-pad/index.js:5:5';
    expect(keyOf(failure(new Error('x'), [library, 'f /project/a.js:1:1']))).toBe('Error at a.js:1:1');
    expect(keyOf(failure(new Error('x'), [...TOOLS, library]))).toBe('Error at node_modules/left-pad/index.js:5:5');
    expect(keyOf(failure(new Error('x'), TOOLS))).toBe('Error');
  });

  test('in a package under test tells failures apart', () => {
    const isTested = (name: string): boolean => name === 'postcss' || name === '@scope/tested';
    const keyIn = (...frames: string[]): string =>
      originOf(failure(new TypeError('x'), frames), { rootDir: ROOT, isTested }).key;
    const user = 'f /project/a.test.js:3:1';
    const parse = 'parse /project/node_modules/postcss/lib/parser.js:7:9';
    expect(keyIn(parse, user)).toBe('TypeError at a.test.js:3:1 in postcss/lib/parser.js:7:9');
    expect(keyIn(parse.replace(':7:9', ':8:1'), user)).not.toBe(keyIn(parse, user));
    // What it calls that is not under test does not count, nor what is called by code of the user's own.
    expect(keyIn('pick /project/node_modules/nanoid/index.js:5:5', parse, user)).toBe(keyIn(parse, user));
    expect(keyIn(user, parse)).toBe('TypeError at a.test.js:3:1');
    expect(keyIn('g /project/node_modules/.pnpm/x/node_modules/@scope/tested/a.js:1:2', user)).toBe(
      'TypeError at a.test.js:3:1 in @scope/tested/a.js:1:2',
    );
    expect(keyIn('g /project/node_modules/other/a.js:1:2', user)).toBe('TypeError at a.test.js:3:1');
  });

  test('outside the root is absolute', () => {
    expect(keyOf(failure(new Error('x'), ['f /elsewhere/a.js:1:1']))).toBe('Error at /elsewhere/a.js:1:1');
  });

  test('of an endless recursion does not depend on where it overflowed', () => {
    const frames = ['odd /project/a.js:9:1', 'even /project/a.js:5:1', 'odd /project/a.js:9:1'];
    const overflow = (): Error => new RangeError('Maximum call stack size exceeded');
    expect(keyOf(failure(overflow(), frames))).toBe(keyOf(failure(overflow(), frames.slice(1))));
  });

  test('counts, and so does the class, but not the message', () => {
    const at = ['f /project/a.js:1:1'];
    expect(keyOf(failure(new Error('1'), at))).toBe(keyOf(failure(new Error('2'), at)));
    expect(keyOf(failure(new Error('1'), at))).not.toBe(keyOf(failure(new RangeError('1'), at)));
    expect(keyOf(failure(new Error('1'), at))).not.toBe(keyOf(failure(new Error('1'), ['f /project/a.js:1:2'])));
  });

  test('can be told by the caller', () => {
    const error = failure(new Error('x'), ['f /project/dist/engine.js:1:1', 'g /project/a.js:2:2']);
    const isUsers = (file: string): boolean => isUserFile(file) && !file.startsWith('/project/dist/');
    expect(originOf(error, { rootDir: ROOT, isUserFile: isUsers }).place?.file).toBe('a.js');
  });
});

describe('the class', () => {
  class Custom extends Error {}
  test.each([
    ['of the error', new SyntaxError('x'), 'SyntaxError'],
    ['without a name of its own', new Custom('x'), 'Custom'],
    ['named by hand', Object.assign(new Error('x'), { name: 'AbortError' }), 'AbortError'],
    ['of a plain object', { message: 'x' }, 'Object'],
    ['of an object without prototype', Object.create(null) as object, 'Error'],
  ])('%s', (_name, error, expected) => {
    expect(originOf(error, { rootDir: ROOT }).errorClass).toBe(expected);
  });

  test.each([
    ['a string', 'oops', 'thrown string'],
    ['undefined', undefined, 'thrown undefined'],
    ['null', null, 'thrown null'],
    ['a number', 7, 'thrown number'],
    ['false returned', new Error('Property failed by returning false'), 'returned false'],
    ['a timeout', new Error('Property timeout: exceeded limit of 50 milliseconds'), 'timeout'],
  ])('%s', (_name, error, expected) => {
    expect(originOf(error, { rootDir: ROOT })).toEqual({ key: expected, errorClass: expected, place: null });
  });

  test('survives getters that throw', () => {
    const error = {
      get message(): string {
        throw new Error('no');
      },
      get stack(): string {
        throw new Error('no');
      },
    };
    expect(keyOf(error)).toBe('Object');
  });
});

describe('the kind of assertion', () => {
  const at = ['f /project/a.js:1:1'];

  test('of expect', () => {
    expect(keyOf(failure(caught(() => expect(1).toBe(2)) as object, at))).toMatch(/\[toBe\] at a\.js:1:1$/);
    expect(keyOf(failure(caught(() => expect([1]).not.toEqual([1])) as object, at))).toContain('[not.toEqual]');
    expect(keyOf(failure(caught(() => expect(() => {}).toThrow()) as object, at))).toContain('[toThrow]');
  });

  test('of node:assert', () => {
    expect(keyOf(failure(caught(() => assert.strictEqual(1, 2)) as object, at))).toContain('[strictEqual]');
  });
});

/** Really thrown, not put together: what each way to fail is called. */
describe('each way to fail has its class, its matcher and its place', () => {
  class ParseError extends Error {
    override readonly name = 'ParseError';
  }
  const HERE = ' at __tests__/unit/failure/origin.test.ts:0:0';
  const table: [string, () => unknown, string][] = [
    ['a built-in error', () => (null as unknown as { x: 1 }).x, `TypeError${HERE}`],
    ['a class of the user', () => raise(new ParseError('x')), `ParseError${HERE}`],
    ['a string', () => raise('text'), 'thrown string'],
    ['nothing', () => raise(undefined), 'thrown undefined'],
    ['a symbol', () => raise(Symbol('s')), 'thrown symbol'],
    ['an object', () => raise({ code: 7 }), 'Object'],
    ['a function', () => raise(() => 1), 'Function'],
    ['toBe', () => expect(1).toBe(2), `JestAssertionError[toBe]${HERE}`],
    ['not.toBe', () => expect(1).not.toBe(1), `JestAssertionError[not.toBe]${HERE}`],
    ['toThrow', () => expect(() => 1).toThrow(), `JestAssertionError[toThrow]${HERE}`],
    ['assert()', () => assert(0), `AssertionError[==]${HERE}`],
    ['assert.deepStrictEqual', () => assert.deepStrictEqual([1], [2]), `AssertionError[deepStrictEqual]${HERE}`],
    ['assert.throws', () => assert.throws(() => 1), `AssertionError[throws]${HERE}`],
    ['process.exit', () => raise(new Error('process.exit called with "3"')), `process exit${HERE}`],
    ['false', () => raise(new Error('Property failed by returning false')), 'returned false'],
    ['a timeout', () => raise(new Error('Property timeout: exceeded limit of 5 milliseconds')), 'timeout'],
    [
      'a cause',
      () => raise(new Error('outer', { cause: new RangeError('inner') })),
      `Error${HERE} caused by RangeError${HERE}`,
    ],
    ['a cause that is no error', () => raise(new Error('outer', { cause: 7 })), `Error${HERE}`],
    [
      'several',
      () => raise(new AggregateError([new TypeError('a'), new RangeError('b')])),
      `AggregateError${HERE} with (TypeError${HERE}; RangeError${HERE})`,
    ],
  ];
  test.each(table)('%s', (_name, body, expected) => {
    let thrown: unknown = null;
    try {
      body();
    } catch (error) {
      thrown = error;
    }
    const key = originOf(thrown, { rootDir: process.cwd() }).key;
    expect(key.replaceAll(/:\d+:\d+/g, ':0:0')).toBe(expected);
  });
});

/** As a statement of the user's would. */
function raise(value: unknown): never {
  throw value;
}

describe('a failure has moved', () => {
  const origin = (key: string, functionName: string | null = 'f') => ({
    key,
    errorClass: 'Error',
    place: { file: 'a.js', line: 1, column: 1, functionName },
  });
  test.each([
    ['by lines', origin('Error at a.js:1:1'), origin('Error at a.js:9:4'), true],
    [
      'with its cause',
      origin('Error at a.js:1:1 caused by E at b.js:2:2'),
      origin('Error at a.js:2:1 caused by E at b.js:3:3'),
      true,
    ],
    ['to another file', origin('Error at a.js:1:1'), origin('Error at b.js:1:1'), false],
    ['to another function', origin('Error at a.js:1:1'), origin('Error at a.js:9:1', 'g'), false],
    ['to another matcher', origin('Error[toBe] at a.js:1:1'), origin('Error[toEqual] at a.js:1:1'), false],
    ['to another class', origin('Error at a.js:1:1'), origin('TypeError at a.js:1:1'), false],
  ])('%s', (_name, before, after, expected) => {
    expect(isMoved(before, after)).toBe(expected);
  });
});

describe('where an input hangs or crashes', () => {
  const stack = (...frames: string[]): string => `Error\n${frames.map((frame) => `    at ${frame}`).join('\n')}`;
  const key = (...stacks: string[]): string => crashOrigin('hang', stacks, ROOT).key;
  const OUTER = ['property (/project/t.js:9:1)', 'check (/project/node_modules/fast-check/lib/fast-check.js:1:1)'];

  test('is the innermost function of all samples', () => {
    const first = stack('step (/project/a.js:2:1)', 'loop (/project/a.js:7:3)', ...OUTER);
    const second = stack('other (/project/a.js:4:1)', 'loop (/project/a.js:8:3)', ...OUTER);
    expect(key(first, second)).toBe('hang in a.js loop');
    expect(crashOrigin('hang', [first, second], ROOT).place).toMatchObject({ line: 7 });
    expect(key(first)).toBe('hang in a.js step');
  });

  test('may be in a library, but not in a test tool', () => {
    const library = stack('expand (/project/node_modules/brace-expansion/index.js:5:1)', ...OUTER);
    expect(key(library, library)).toBe('hang in node_modules/brace-expansion/index.js expand');
    expect(key(stack('equals (/project/node_modules/expect/build/index.js:5:1)', ...OUTER))).toBe(
      'hang in t.js property',
    );
  });

  test('is not known without a stack', () => {
    expect(key()).toBe('hang');
    expect(key(stack('tick (node:internal/process:1:1)'))).toBe('hang');
  });
});

describe('causes and members', () => {
  const at = (place: string): readonly string[] => [`f /project/${place}`];

  test('count', () => {
    const inner = failure(new TypeError('in'), at('b.js:2:2'));
    const outer = failure(new Error('out', { cause: inner }), at('a.js:1:1'));
    expect(keyOf(outer)).toBe('Error at a.js:1:1 caused by TypeError at b.js:2:2');
    const group = failure(new AggregateError([inner, failure(new Error('x'), at('c.js:3:3'))]), at('a.js:1:1'));
    expect(keyOf(group)).toBe('AggregateError at a.js:1:1 with (TypeError at b.js:2:2; Error at c.js:3:3)');
  });

  test('may be cycles', () => {
    const first = new Error('1');
    const second = new Error('2', { cause: first });
    first.cause = second;
    failure(first, at('a.js:1:1'));
    failure(second, at('b.js:1:1'));
    expect(keyOf(first)).toBe('Error at a.js:1:1 caused by Error at b.js:1:1');
  });

  test('may be a long chain', () => {
    let error = new Error('0');
    for (let depth = 0; depth < 1000; depth += 1) error = new Error('x', { cause: error });
    expect(keyOf(error).length).toBeLessThan(3000);
  });
});
