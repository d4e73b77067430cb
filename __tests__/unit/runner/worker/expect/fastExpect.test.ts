import { describe, expect, test } from '@jest/globals';
import type { ProbeOp } from '../../../../../src/coverage/comparisons/findings';
import { FastExpect, type RealExpect } from '../../../../../runner/worker/expect/fastExpect';

const globals = globalThis as unknown as Record<string, unknown>;
const real = expect;

/** A quick `expect`, with how often it asked Jest's, and what it told of operands. */
function makeFast(isComparing = false) {
  const told: [ProbeOp, unknown, unknown][] = [];
  let asked = 0;
  const counted = new Proxy(real as unknown as RealExpect, {
    apply: (target, self, args: unknown[]) => {
      asked += 1;
      return Reflect.apply(target, self, args);
    },
  });
  const fast = new FastExpect(
    counted,
    { ...globals, [MATCHERS]: matchersObject(), expect: undefined },
    {
      isOn: () => isComparing,
      compare: (op, left, right) => void told.push([op, left, right]),
    },
  );
  const end = fast.begin();
  return { expect: fast.expect as unknown as typeof expect, end, told, asked: () => asked };
}

const MATCHERS = Symbol.for('$$jest-matchers-object');

function matchersObject(): { matchers: Record<string, unknown>; customEqualityTesters: unknown[] } {
  return (globalThis as unknown as Record<symbol, ReturnType<typeof matchersObject>>)[MATCHERS]!;
}

type AnyMatchers = Record<string, (...args: unknown[]) => unknown> & { not: AnyMatchers };

/** What an assertion did: what it threw, and what it added to the counts of Jest. */
function outcomeOf(using: unknown, actual: unknown, matcher: string, isNot: boolean, args: readonly unknown[]): string {
  const state = real.getState();
  const [calls, passes] = [state.assertionCalls, state.numPassingAsserts];
  let thrown = 'nothing';
  // Some regular expressions remember where they stopped.
  for (const arg of args) if (arg instanceof RegExp) arg.lastIndex = 0;
  try {
    const all = (using as (actual: unknown) => AnyMatchers)(actual);
    const result = (isNot ? all.not : all)[matcher]!(...args);
    if (result !== undefined) thrown = `returned ${String(result)}`;
  } catch (error) {
    const { message, constructor, matcherResult } = error as Error & { matcherResult?: { pass: boolean } };
    thrown = `${constructor.name} (${String(matcherResult?.pass)}): ${message}`;
  }
  const added = [state.assertionCalls - calls, state.numPassingAsserts - passes];
  // The counts of this test are its own.
  Object.assign(state, { assertionCalls: calls, numPassingAsserts: passes });
  return `${added.join(' ')} ${thrown}`;
}

/** Both ways, with and without `not`, do the same. */
function check(fast: unknown, actual: unknown, matcher: string, args: readonly unknown[]): string[] {
  return [false, true].flatMap((isNot) => {
    const wanted = outcomeOf(real, actual, matcher, isNot, args);
    const got = outcomeOf(fast, actual, matcher, isNot, args);
    return got === wanted ? [] : [`${isNot ? 'not.' : ''}${matcher}: Jest: ${wanted}\n    we: ${got}`];
  });
}

class Point {
  constructor(
    readonly x: number,
    readonly y: number,
  ) {}
}
class Tagged {
  get [Symbol.toStringTag](): string {
    return 'Tagged';
  }
}
class Range {
  constructor(readonly end: number) {}
  *[Symbol.iterator](): Iterator<number> {
    for (let at = 0; at < this.end; at += 1) yield at;
  }
}
class SubArray extends Array<unknown> {}
class SubMap extends Map<unknown, unknown> {}

/** Made anew at each call: values at the same place are equal, but no objects of the two are the same. */
function makeValues(): Record<string, unknown> {
  const cyclic: { self?: unknown; n: number } = { n: 1 };
  cyclic.self = cyclic;
  const hidden = Object.defineProperty({ a: 1 }, 'b', { value: 2, enumerable: false });
  const matched = /b/.exec('abc');
  return {
    undefined: undefined,
    null: null,
    true: true,
    false: false,
    zero: 0,
    minusZero: -0,
    one: 1,
    nan: NaN,
    infinity: Infinity,
    bigint: 1n,
    empty: '',
    text: 'abc',
    one2: '1',
    symbol: Symbol.for('s'),
    boxed: Object(1) as unknown,
    object: {},
    a1: { a: 1 },
    a1undefined: { a: 1, b: undefined },
    b: { b: undefined },
    a2: { a: 2 },
    order: { b: 1, a: [1, { c: 'x' }] },
    order2: { a: [1, { c: 'x' }], b: 1 },
    nested: { b: 1, a: [1, { c: 'y' }] },
    nullProto: Object.assign(Object.create(null) as object, { a: 1 }),
    protoKey: JSON.parse('{"__proto__": {"a": 1}}') as unknown,
    protoUndefined: Object.defineProperty({}, '__proto__', { value: undefined, enumerable: true }),
    constructorKey: { constructor: 1, toString: 2 },
    toStringUndefined: { toString: undefined },
    hidden,
    getter: {
      get a() {
        return 1;
      },
    },
    thrower: {
      get a(): number {
        throw new RangeError('a getter');
      },
    },
    proxy: new Proxy({ a: 1 }, {}),
    symbolKey: { [Symbol.for('k')]: 1, a: 1 },
    asymmetric: expect.objectContaining({ a: 1 }),
    anything: expect.anything(),
    ownAsymmetric: { asymmetricMatch: () => true },
    inner: { a: expect.any(Number) },
    array: [1],
    arrayUndefined: [1, undefined],
    sparse: [1, , 3], // oxlint-disable-line no-sparse-arrays -- a hole is the case
    dense: [1, undefined, 3],
    extra: Object.assign([1], { x: 1 }),
    matched,
    plainMatched: ['b'],
    subArray: SubArray.from([1]),
    arguments: argumentsOf(1),
    point: new Point(1, 2),
    pointLike: { x: 1, y: 2 },
    point2: new Point(1, 3),
    tagged: new Tagged(),
    range: new Range(3),
    error: new Error('e'),
    typeError: new TypeError('e'),
    likeError: Object.assign(Object.create(Error.prototype) as object, { message: 'e' }),
    map: new Map<unknown, unknown>([
      ['k', 1],
      ['l', { a: [1] }],
    ]),
    mapOrder: new Map<unknown, unknown>([
      ['l', { a: [1] }],
      ['k', 1],
    ]),
    mapOther: new Map<unknown, unknown>([
      ['k', 2],
      ['l', {}],
    ]),
    mapUndefined: new Map([['k', { a: undefined }]]),
    mapEmptyObject: new Map([['k', {}]]),
    mapKeys: new Map([[{ a: 1 }, 1]]),
    subMap: new SubMap([['k', 1]]),
    set: new Set([1, 'a']),
    setOrder: new Set(['a', 1]),
    setOther: new Set([1, 'b']),
    setObjects: new Set([{ a: 1 }, { a: 2 }]),
    date: new Date(1000),
    date2: new Date(2000),
    noDate: new Date(NaN),
    regexp: /a/g,
    regexp2: /a/,
    url: new URL('http://127.0.0.1/a'),
    bytes: new Uint8Array([1, 2]),
    bytes2: new Uint8Array([1, 3]),
    floats: new Float32Array([0]),
    floats2: new Float32Array([-0]),
    ints: new Int8Array([1, 2]),
    buffer: Buffer.from([1, 2]),
    view: new DataView(new ArrayBuffer(2)),
    weak: new WeakMap(),
    promise: Promise.resolve(1),
    deep: deep(100),
    node: { nodeType: 1, nodeName: 'x', isEqualNode: () => true },
    likeNode: { nodeType: 1 },
    cyclic,
    function: Math.max,
    list: { length: 1, 0: 1 },
  };
}

/** Groups of values that are nearly the same: all pairs of a group are worth a look. */
const GROUPS: readonly (readonly string[])[] = [
  ['undefined', 'null', 'zero', 'minusZero', 'one', 'one2', 'bigint', 'boxed', 'nan', 'noDate', 'anything'],
  ['object', 'b', 'toStringUndefined', 'protoUndefined', 'protoKey', 'constructorKey', 'tagged', 'likeError', 'weak'],
  ['a1', 'a1undefined', 'nullProto', 'hidden', 'getter', 'thrower', 'proxy', 'symbolKey', 'asymmetric', 'inner', 'a2'],
  ['order', 'order2', 'nested'],
  ['array', 'arrayUndefined', 'extra', 'subArray', 'arguments', 'list', 'set'],
  ['sparse', 'dense'],
  ['matched', 'plainMatched'],
  ['point', 'pointLike', 'point2'],
  ['error', 'typeError', 'likeError'],
  ['map', 'mapOrder', 'mapOther', 'mapUndefined', 'mapEmptyObject', 'mapKeys', 'subMap', 'object'],
  ['set', 'setOrder', 'setOther', 'setObjects', 'range'],
  ['bytes', 'bytes2', 'buffer', 'ints', 'view', 'floats', 'floats2'],
  ['date', 'date2', 'regexp', 'regexp2', 'node', 'likeNode', 'ownAsymmetric'],
];

function alike<T>(name: string, values: readonly (readonly [string, T])[]): (readonly [string, T])[] {
  return values.filter(([other]) => other !== name && GROUPS.some((g) => g.includes(name) && g.includes(other)));
}

function argumentsOf(...given: unknown[]): unknown {
  return function (): unknown {
    // oxlint-disable-next-line prefer-rest-params -- the object is the case
    return arguments;
  }.apply(null, given as []);
}

function deep(levels: number): unknown {
  return levels === 0 ? 'end' : { next: deep(levels - 1) };
}

describe('the quick expect does what Jest does', () => {
  const first = Object.entries(makeValues());
  const second = Object.entries(makeValues());
  const { expect: fast, asked } = makeFast();

  test.each(['toBe', 'toEqual', 'toStrictEqual'])('%s of pairs of values', (matcher) => {
    const wrong: string[] = [];
    let pairs = 0;
    const before = asked();
    first.forEach(([name, actual], at) => {
      const others = second.filter(([other], place) => other === name || (3 * at + place) % 7 === 0);
      for (const [other, expected] of [...others, ...alike(name, second), [`same ${name}`, actual] as const]) {
        pairs += 1;
        for (const problem of check(fast, actual, matcher, [expected])) wrong.push(`${name}, ${other}: ${problem}`);
      }
    });
    real(wrong).toEqual([]);
    // Of two assertions that contradict each other one passes, and most of those are quick.
    real(pairs).toBeGreaterThan(500);
    real(asked() - before).toBeLessThan(pairs * 1.6);
  });

  const UNARY = 'toBeTruthy toBeFalsy toBeNull toBeUndefined toBeDefined toBeNaN toThrow';
  const FURTHER = 'toMatchObject toContainEqual toHaveBeenCalled toBeGreaterThan toMatch toHaveLength';
  test.each(`${UNARY} ${FURTHER}`.split(' '))('%s of all values, with and without an argument', (matcher) => {
    const wrong: string[] = [];
    for (const [name, actual] of first) {
      for (const args of [[], [undefined], [1], ['a'], [/a/], [{ a: 1 }], [1, 2]]) {
        for (const problem of check(fast, actual, matcher, args)) wrong.push(`${name}, ${args.length}: ${problem}`);
      }
    }
    real(wrong).toEqual([]);
  });

  const throwing = (error: unknown) => () => {
    throw error;
  };
  const numbers = [0, -0, 1, 1.004, 1.005, 1.006, -1, NaN, Infinity, -Infinity, 2n, 1n, '1', null];
  const texts = ['', 'abc', 'b', /b/, /z/, /b/g, /b/y, 1, null, Object.assign(/b/, { test: () => false })];
  const lists = ['', 'abc', [], [1, NaN, undefined], new Set([1, NaN]), [, 1], new Map([[1, 2]]), { length: 3 }, null]; // oxlint-disable-line no-sparse-arrays -- a hole is the case
  const members = ['', 'b', 1, NaN, undefined, 2, 3, -1, 0, 1.5, '3', null];
  const calls = [
    () => 1,
    throwing(new Error('abc')),
    throwing(new RangeError('z')),
    throwing('abc'),
    throwing({ message: 'abc' }),
    throwing(null),
    throwing(undefined),
    throwing({ message: 1 }),
    () => Promise.resolve(1),
    Math.max,
    'no function',
  ];
  const thrown = [
    undefined,
    'b',
    '',
    /b/,
    /b/g,
    Error,
    RangeError,
    Point,
    () => 1,
    new Error('abc'),
    { message: 'abc' },
  ];
  const owners = [{ a: 1, b: undefined, $: { c: 1 } }, [1], 'text', new Point(1, 2), null, 1, Object.create({ a: 2 })];
  const names = ['a', 'b', '$', 'c', 'x', '$.c', 'length', '0', '', ['a'], ['a.b'], [], 1];
  const types = [Object, Array, Point, Error, Map, Function, () => 1, {}, null, 'Object'];
  test.each([
    ['toBeGreaterThan', numbers, numbers],
    ['toBeGreaterThanOrEqual', numbers, numbers],
    ['toBeLessThan', numbers, numbers],
    ['toBeLessThanOrEqual', numbers, numbers],
    ['toBeCloseTo', numbers, numbers],
    ['toMatch', texts, texts],
    ['toContain', lists, members],
    ['toHaveLength', lists, members],
    ['toThrow', calls, thrown],
    ['toHaveProperty', owners, names],
    ['toBeInstanceOf', [...calls, ...owners, [], new Map(), new Error('e')], types],
  ])('%s of a table', (matcher, actuals, expecteds) => {
    const wrong: string[] = [];
    let pairs = 0;
    const before = asked();
    for (const actual of actuals) {
      for (const expected of expecteds) {
        const further =
          matcher === 'toBeCloseTo' ? [0, 5, '1'] : matcher === 'toHaveProperty' ? [1, undefined, { c: 1 }] : [];
        for (const args of [[expected], ...further.map((one) => [expected, one])]) {
          pairs += 1;
          for (const problem of check(fast, actual, matcher, args)) {
            wrong.push(`${String(actual)}, ${String(expected)}: ${problem}`);
          }
        }
      }
    }
    real(wrong).toEqual([]);
    real(asked() - before).toBeLessThan(2 * pairs);
  });
});

describe('what is left to Jest', () => {
  test('a function given to toThrow is called once, whatever comes of it', () => {
    const { expect: fast } = makeFast();
    let called = 0;
    const throws = () => {
      called += 1;
      throw new Error('abc');
    };
    fast(throws).toThrow();
    real(called).toBe(1);
    real(() => fast(throws).toThrow('z')).toThrow('Expected substring: "z"');
    real(called).toBe(2);
    real(() => fast(throws).toThrow(new Error('z'))).toThrow('Expected message: "z"');
    real(called).toBe(3);
  });

  test('matchers of the user, testers of the user, promises, unknown names', async () => {
    const { expect: fast, asked } = makeFast();
    await fast(Promise.resolve(1)).resolves.toBe(1);
    await fast(Promise.reject(new Error('no'))).rejects.toThrow('no');
    await real(fast(Promise.resolve(1)).resolves.toBe(2)).rejects.toThrow('Expected: 2');
    real((fast(1) as unknown as Record<string, unknown>)['toFly']).toBeUndefined();
    real(asked()).toBe(4);
    const object = matchersObject();
    const { toBeNull } = object.matchers;
    fast.extend({
      toBeNull: () => ({ pass: true, message: () => 'own' }),
      toFly: () => ({ pass: true, message: () => '' }),
    });
    try {
      fast(1).toBeNull();
      real(() => fast(1).not.toBeNull()).toThrow('own');
      real(() => (fast(1).not as unknown as Record<string, () => void>)['toFly']!()).toThrow();
    } finally {
      object.matchers['toBeNull'] = toBeNull;
      delete object.matchers['toFly'];
    }
    object.customEqualityTesters.push((a: unknown) => (a === 5 ? true : undefined));
    try {
      fast(5).toEqual(6);
      real(() => fast(5).not.toEqual(6)).toThrow('not');
    } finally {
      object.customEqualityTesters.length = 0;
    }
    real(() => fast(5).toEqual(6)).toThrow('Expected: 6');
  });

  test("it is Jest's own before begin and after the end, and where a library has wrapped it", () => {
    const { expect: fast, end, asked } = makeFast();
    fast(1).toBe(1);
    real(asked()).toBe(0);
    end();
    fast(1).toBe(1);
    real(asked()).toBe(1);
    real(Object.keys(fast(1))).toEqual(Object.keys(real(1)));
    const wrapped = new FastExpect(
      real as unknown as RealExpect,
      { ...globals, [MATCHERS]: matchersObject(), expect: () => 1 },
      {
        isOn: () => false,
        compare: () => {},
      },
    );
    wrapped.begin();
    real(Object.keys(wrapped.expect(1))).toEqual(Object.keys(real(1)));
  });

  test('methods work on their own, and what hangs on expect is there', () => {
    const { expect: fast, asked } = makeFast();
    // oxlint-disable-next-line unbound-method -- Jest's need no receiver: that is the case
    const { toBe, not } = fast(1);
    toBe(1);
    not.toBe(2);
    real(asked()).toBe(0);
    real(() => toBe(2)).toThrow('Expected: 2');
    real(fast.any(Number)).toEqual(real.any(Number));
    real(fast.getState()).toBe(real.getState());
    real(() => (fast as (...args: unknown[]) => unknown)(1, 2)).toThrow('at most one argument');
  });

  test('assertions are counted as ever', () => {
    const { expect: fast } = makeFast();
    fast.assertions(4);
    fast(1).toBe(1);
    fast({ a: 1 }).toEqual({ a: 1 });
    fast(() => 1).not.toThrow();
    real(1).toBe(1);
  });
});

test('operands of assertions are told while somebody listens', () => {
  const { expect: fast, told } = makeFast(true);
  fast(5).not.toBe(7);
  fast('abc').not.toContain('x');
  fast(3).toBeLessThan(9);
  fast({ a: [1, 'x'], b: 'same', c: {} }).not.toEqual({ a: [2, 'y', 3], b: 'same', c: 1 });
  real(told).toEqual([
    ['===', 5, 7],
    ['includes', 'abc', 'x'],
    ['<', 3, 9],
    ['===', 2, 3],
    ['===', 1, 2],
    ['===', 'x', 'y'],
  ]);
});
