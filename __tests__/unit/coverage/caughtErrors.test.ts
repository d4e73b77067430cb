import { types } from 'node:util';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { kindOf } from '../../../src/coverage/caughtErrors';
import { Coverage, instrumentOrThrow } from './evaluate';

/** A function that catches what it is told to throw. */
const CATCHES = 'module.exports = (thrown) => {\ntry { throw thrown }\ncatch (error) { return error } }';

/** The features of exceptions of one call, as their ids. */
function exceptionsOf(coverage: Coverage, call: () => unknown): string[] {
  coverage.map.reset();
  call();
  const count = coverage.map.scan();
  return Array.from(coverage.map.hits.subarray(0, count), (hit) => coverage.map.edgeOf(hit >>> 3))
    .filter(({ kind }) => kind === 'exception')
    .map(({ id }) => id);
}

describe('an error that is caught', () => {
  test('counts by its kind, at its place', () => {
    const coverage = new Coverage().install();
    const f = coverage.load(CATCHES) as (thrown: unknown) => unknown;
    const g = coverage.load(CATCHES.replace('return error', 'return (error)')) as typeof f;
    const [type] = exceptionsOf(coverage, () => f(new TypeError('a')));
    expect(type).toMatch(/^[0-9a-f]{16}$/);
    expect(exceptionsOf(coverage, () => f(new TypeError('b')))).toEqual([type]);
    expect(exceptionsOf(coverage, () => f(new TypeError()) && f(new TypeError()))).toEqual([type]);
    const [range] = exceptionsOf(coverage, () => f(new RangeError('a')));
    const [text] = exceptionsOf(coverage, () => f('TypeError'));
    const [elsewhere] = exceptionsOf(coverage, () => g(new TypeError('a')));
    expect(new Set([type, range, text, elsewhere]).size).toBe(4);
    const hit = coverage.map.edgeCount - 1;
    expect(coverage.map.edgeOf(hit)).toMatchObject({ kind: 'exception', file: 'file.js', line: 3 });
  });

  test('has the same id on every machine, and after edits elsewhere', () => {
    const [one, other] = ['', 'const more = (x) => { try { x() } catch { return 1 } };\n'].map((before) => {
      const coverage = new Coverage().install();
      const f = coverage.load(before + CATCHES) as (thrown: unknown) => unknown;
      return exceptionsOf(coverage, () => f(new SyntaxError('a')));
    });
    expect(one).toHaveLength(1);
    expect(other).toEqual(one);
  });

  test.each<[name: string, code: string]>([
    ['without a parameter', '(thrown) => { try { throw thrown } catch { return 1 } }'],
    ['without a parameter, on lines', '(thrown) => { try { throw thrown } catch // why\n\n{ return 1 } }'],
    ['that a variable of the body hides', '(thrown) => { try { throw thrown } catch (e) { { let e = 1; return e } } }'],
    ['in a generator', '(thrown) => [...(function* () { try { throw thrown } catch (e) { yield e } })()]'],
    ['with a finally', '(thrown) => { try { throw thrown } catch (e) { } finally { thrown = 1 } }'],
  ])('%s', (_, code) => {
    const coverage = new Coverage().install();
    const f = coverage.load(`module.exports = ${code}`) as (thrown: unknown) => unknown;
    const [type, range] = [new TypeError('a'), new RangeError('a')].map((error) =>
      exceptionsOf(coverage, () => f(error)),
    );
    expect([type, range]).toEqual([[expect.anything()], [expect.anything()]]);
    expect(type).not.toEqual(range);
  });

  test.each<[name: string, code: string]>([
    ['catch', '(thrown) => Promise.reject(thrown).catch((error) => error)'],
    ['catch with a block', '(thrown) => Promise.reject(thrown).catch(function (error) { "use strict"; return error })'],
    ['then', '(thrown) => Promise.reject(thrown).then((value) => value, (error) => error)'],
    ['await', 'async (thrown) => { try { await Promise.reject(thrown) } catch (error) { return error } }'],
  ])('counts when a promise was rejected with it: %s', async (_, code) => {
    const coverage = new Coverage().install();
    const f = coverage.load(`module.exports = ${code}`) as (thrown: unknown) => Promise<unknown>;
    const kinds: string[] = [];
    for (const error of [new TypeError('a'), new RangeError('a')]) {
      coverage.map.reset();
      expect(await f(error)).toBe(error);
      kinds.push(
        coverage
          .hits()
          .filter((hit) => hit.startsWith('exception'))
          .join(),
      );
    }
    expect(kinds).toEqual(['exception@1*0', 'exception@1*0']);
    expect(coverage.map.edgeCount).toBeGreaterThan(3);
  });

  test('does not count when it is taken apart, or when nothing is caught', () => {
    const coverage = new Coverage().install();
    const f = coverage.load('module.exports = (x) => { try { x() } catch ({ message }) { return message } }') as (
      call: () => unknown,
    ) => unknown;
    expect(exceptionsOf(coverage, () => expect(f(() => null)).toBeUndefined())).toEqual([]);
    const fail = (): never => {
      throw new Error('m');
    };
    expect(exceptionsOf(coverage, () => expect(f(fail)).toBe('m'))).toEqual([]);
  });

  test('counts as one of the others where there are many kinds', () => {
    const coverage = new Coverage().install();
    const f = coverage.load(CATCHES) as (thrown: unknown) => unknown;
    const seen = new Set<string>();
    for (let kind = 0; kind < 1000; kind += 1) {
      const error = Object.assign(new Error('a'), { name: `Error${kind}` });
      for (const id of exceptionsOf(coverage, () => f(error))) seen.add(id);
    }
    expect(seen.size).toBe(17);
    expect(coverage.map.edgeCount).toBe(2 + 17);
  });

  test('costs nothing but the feature when the map is full', () => {
    const coverage = new Coverage().install();
    const f = coverage.load(CATCHES) as (thrown: unknown) => unknown;
    const rest = (1 << 20) - coverage.map.edgeCount;
    const edges = Array.from({ length: rest }, () => ({ id: '0', kind: 'if', line: 1, column: 0 }) as const);
    coverage.map.register({ key: 'rest', file: 'rest.js', edges, sites: [] });
    expect(exceptionsOf(coverage, () => expect(f('x')).toBe('x'))).toEqual([]);
  });

  test('is caught where no more calls fit on the stack, too', () => {
    const code =
      'module.exports = () => { let caught = 0; const f = () => { try { f() } catch (e) { caught++ } }; f(); return caught }';
    const coverage = new Coverage().install();
    const f = coverage.load(code) as () => number;
    expect(f()).toBeGreaterThan(0);
  });

  test('is the same value, and what it is not asked for is not run', () => {
    const coverage = new Coverage().install();
    const f = coverage.load(CATCHES) as (thrown: unknown) => unknown;
    const fail = (): never => {
      throw new Error('was run');
    };
    class Hostile extends Error {
      override get name(): string {
        return fail();
      }
    }
    Object.defineProperty(Hostile, 'name', { get: fail });
    Object.defineProperty(Hostile.prototype, 'constructor', { get: fail });
    const traps = { get: fail, has: fail, getPrototypeOf: fail, getOwnPropertyDescriptor: fail, ownKeys: fail };
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const all = [
      new Hostile(),
      Object.defineProperty(new Error('a'), 'name', { get: fail }),
      new Proxy({}, traps),
      new Proxy(() => 1, traps),
      Object.create(new Proxy({}, traps)) as unknown,
      revoked.proxy,
      { constructor: new Proxy(Error, traps) },
      Object.create({ constructor: new Proxy(Error, traps) }) as unknown,
      Object.create(null) as unknown,
      { __proto__: null, toString: fail },
    ];
    for (const thrown of all) {
      expect(exceptionsOf(coverage, () => expect(Object.is(f(thrown), thrown)).toBe(true))).toHaveLength(1);
    }
  });
});

test.each<[thrown: unknown, kind: string]>([
  [new TypeError('a'), 'TypeError'],
  [new (class ParseError extends Error {})('a'), 'ParseError'],
  [Object.assign(new Error('a'), { name: 'YAMLException' }), 'YAMLException'],
  [Object.assign(new Error('a'), { name: '' }), 'Error'],
  [Object.assign(new Error('a'), { name: 'long'.repeat(100) }), 'long'.repeat(16)],
  [Object.create({ name: 'Old' }), 'Old'],
  [{ __proto__: { constructor: 1, name: 'Old' } }, 'Old'],
  [{ __proto__: null }, 'object'],
  [() => 1, 'function'],
  [null, 'null'],
  [undefined, 'undefined'],
  ['text', 'string'],
  [7, 'number'],
  [Symbol('s'), 'symbol'],
  [new Proxy({}, {}), 'proxy'],
  [runInNewContext('new RangeError("a")'), 'RangeError'],
])('the kind of an error, number %#', (thrown, kind) => {
  expect(kindOf(thrown, types.isProxy)).toBe(kind);
});

test('no line moves, and no name of the file is taken', () => {
  const code = 'let $fze;\ntry { a() }\ncatch\n{ b($fze) }';
  const instrumented = instrumentOrThrow(code).code;
  expect(instrumented.split('\n')).toHaveLength(4);
  expect(instrumented).toContain('($fz1_e){try{$fz1_x(0,$fz1_e)}catch{}');
});
