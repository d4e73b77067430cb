import * as vm from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import { parseTestFile } from '../../../runner/cli/parseTestFile';
import { printedSource, readExample } from '../../../src/patch/exampleText';
import { MAX_SOURCE_LENGTH, valueToSource } from '../../../src/patch/valueToSource';
import { evaluate } from './runTestFile';
import { isSameValue } from '../../../src/property/sameValue';

function sourceOf(value: unknown): string {
  const written = valueToSource(value);
  if ('problem' in written) throw new Error(written.problem);
  return written.source;
}

const EVERYTHING = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
  withUnicodeString: true,
} as fc.ObjectConstraints);

test('what is written evaluates to the same value, and is let into a test file', () => {
  const limits = { seed: 7, numRuns: 500 };
  fc.assert(
    fc.property(EVERYTHING, (value) => {
      const written = valueToSource([value]);
      if ('problem' in written) return expect(written.problem).toMatch(/characters long/);
      expect(isSameValue(evaluate(written.source), [value])).toBe(true);
      expect(readExample(written.source, parseTestFile)).toMatchObject({ argumentCount: 1, whole: written.source });
    }),
    limits,
  );
});

test.each([
  [[0, -0, NaN, -Infinity, 1e21, 10n, -3n], '[0, -0, NaN, -Infinity, 1e+21, 10n, -3n]'],
  [[undefined, null, true], '[undefined, null, true]'],
  [`"'\\\n\t\r\0`, String.raw`"\"'\\\n\t\r\u0000"`],
  [
    'a b\u00a0\u200b\u2028\ufeff\u202e\ud800\udb40\udc01é😀',
    String.raw`"a b\u00a0\u200b\u2028\ufeff\u202e\ud800\udb40\udc01é😀"`,
  ],
  [{ a: 1, 'b-c': 2, 3: [], '01': {} }, '{ 3: [], a: 1, "b-c": 2, "01": {} }'],
  [JSON.parse('{"__proto__": 1}'), '{ ["__proto__"]: 1 }'],
  [Object.assign(Object.create(null) as object, { a: 1 }), 'Object.assign(Object.create(null), { a: 1 })'],
  // oxlint-disable-next-line no-sparse-arrays -- holes are the point.
  [[, 1, ,], '[, 1, ,]'],
  [Array(1), '[,]'],
  [Array(1_000_000), 'new Array(1000000)'],
  [Object.assign(Array(99) as number[], { 98: 7 }), 'Object.assign(new Array(99), { 98: 7 })'],
  [new Map<unknown, unknown>([[1, new Set(['a'])]]), 'new Map([[1, new Set(["a"])]])'],
  [new Date(0), 'new Date("1970-01-01T00:00:00.000Z")'],
  [new Date(NaN), 'new Date(NaN)'],
  [/a"\/b/gi, String.raw`new RegExp("a\"\\/b", "gi")`],
  [new Uint8Array([1, 2]), 'new Uint8Array([1, 2])'],
  [new Float64Array([-0, NaN]), 'new Float64Array([-0, NaN])'],
  [new BigInt64Array([1n]), 'new BigInt64Array([1n])'],
  [Object(1) as unknown, 'new Number(1)'],
  [Symbol.iterator, 'Symbol.iterator'],
  [Symbol.for('x'), 'Symbol.for("x")'],
])('writes %p as %s', (value, source) => {
  expect(valueToSource(value)).toEqual({ source });
  expect(isSameValue(evaluate(source), value)).toBe(true);
});

test('a buffer is written by its bytes', () => {
  expect(valueToSource(new Uint8Array([1, 255]).buffer)).toEqual({ source: 'new Uint8Array([1, 255]).buffer' });
});

test('values of another realm are written as those of this one', () => {
  const code = `[new Map([[1, { a: [new Date(0)] }]]), new Uint8Array([3]), /x/y, Object.create(null), new Set()]`;
  expect(sourceOf(vm.runInNewContext(code))).toBe(
    '[new Map([[1, { a: [new Date("1970-01-01T00:00:00.000Z")] }]]), new Uint8Array([3]), ' +
      'new RegExp("x", "y"), Object.assign(Object.create(null), {}), new Set()]',
  );
});

describe('is refused with the place and the reason', () => {
  class Point {
    x = 1;
  }
  const OtherMap = class Map {
    x = 1;
  };
  class List extends Array<number> {}
  const shared = { a: 1 };
  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  test.each([
    [[0, () => 1], 'the input[1] is a function'],
    [[{ at: new Point() }], 'the input[0].at is an instance of Point'],
    [new List(), 'the input is an instance of List'],
    [new OtherMap(), /the input is an instance of Map/],
    [Object.create({ a: 1 }), /the input is an instance of Object|a custom prototype/],
    [new Error('x'), 'the input is an instance of Error'],
    [Promise.resolve(), 'the input is an instance of Promise'],
    [new WeakMap(), 'the input is an instance of WeakMap'],
    [Buffer.from('a'), /the input is an instance of \w*Buffer/],
    [[shared, shared], 'the input[1] is an object that occurs a second time'],
    [cyclic, 'the input[0] is an object that occurs a second time'],
    [[Symbol('x')], 'the input[0] is a symbol that cannot be named'],
    [{ [Symbol.for('fast-check/cloneMethod')]: 1 }, /property named by a Symbol\(fast-check/],
    [
      {
        get a() {
          return 1;
        },
      },
      'the input.a is a getter',
    ],
    [Object.assign([1], { b: 2 }), 'the input is an array with a property b'],
    ['x'.repeat(MAX_SOURCE_LENGTH), /characters long/],
    [
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new TypeError('no');
          },
        },
      ),
      /cannot be read \(TypeError: no\)/,
    ],
  ])('%#', (value, problem) => {
    expect(valueToSource(value)).toEqual({
      problem: typeof problem === 'string' ? problem : expect.stringMatching(problem),
    });
  });
});

test.each([
  'process.exit()',
  '[process.env]',
  '[eval("1")]',
  '[`${x}`]',
  '[{ a }]',
  '[{ [a]: 1 }]',
  '[{ get a() { return 1; } }]',
  '[() => 1]',
  '[new Function("x")]',
  '[Object.constructor("x")]',
  '[Symbol["for"]("x")]',
  '[(1, 2)]',
  '[...a]',
  '[1]); process.exit(',
  '[1]; x',
  '[1) + (2]',
  '["a\u202eb"]',
  '["a",\u00a01]',
  '[1, /* 2 */ 3]',
  '1',
])('source text that is more than a value is not let into a test file: %s', (source) => {
  expect(readExample(source, parseTestFile)).toBeNull();
});

test('the text that fast-check prints is taken where it tells all of the value', () => {
  for (const value of [['a', 1, -0, NaN, 3n], [[Infinity, -Infinity], undefined, null], ['\u0000"']]) {
    const printed = fc.stringify(value);
    expect(printedSource(printed, parseTestFile)).toBe(printed);
    expect(isSameValue(evaluate(printed), value)).toBe(true);
  }
  class Point {
    x = 1;
  }
  expect(printedSource(fc.stringify([new Point()]), parseTestFile)).toBeNull();
});
