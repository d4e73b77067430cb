import { types } from 'node:util';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import type { Comparison } from '../../../src/coverage/comparisons/comparison';
import { ComparisonLog } from '../../../src/coverage/comparisons/comparisonLog';
import { COVERAGE_GLOBAL } from '../../../src/coverage/source/names';
import { Coverage, instrumentOrThrow } from './evaluate';

/** What `f(...args)` compares, as `left op right`, in order. */
function comparisonsOf(code: string, ...args: unknown[]): string[] {
  const coverage = new Coverage().install();
  const f = coverage.load(`module.exports = ${code}`) as (...args: unknown[]) => unknown;
  coverage.log.enabled = true;
  try {
    f(...args);
  } catch {
    // What was compared before the error counts.
  }
  return coverage.log.take().map(text);
}

function text({ op, left, right, flags, radix }: Comparison): string {
  const show = (value: unknown): string => {
    if (typeof value === 'bigint') return `${value}n`;
    return Number.isNaN(value) ? 'NaN' : JSON.stringify(value);
  };
  return `${show(left)} ${op} ${show(right)}${flags ? ` ${flags}` : ''}${radix ? ` base ${radix}` : ''}`;
}

describe('operands are recorded', () => {
  test.each<[code: string, args: unknown[], recorded: string[]]>([
    ['(a) => a === "x"', ['y'], ['"y" === "x"']],
    ['(a) => "x" !== a.b', [{ b: 'y' }], ['"x" === "y"']],
    ['(a) => a.x == a.y()', [{ x: 1, y: () => '2' }], ['1 == "2"']],
    ['(a) => a < 5 || a >= 10n', [7], ['7 < 5', '7 >= 10n']],
    ['(a) => a > 5', [5], ['5 > 5']],
    ['(a) => a === 5', [5], []],
    ['(a) => a.n === 5n', [{ n: 7n }], ['7n === 5n']],
    [
      '(a) => { switch (a.k) { case "x": case -1: case a.other: return; case `t`: } }',
      [{ k: 'z', other: 'o' }],
      ['"z" === "x"', '"z" === -1', '"z" === "t"', '"z" === "o"'],
    ],
    ['(a) => { switch (a) { case "x": } }', ['y'], ['"y" === "x"']],
    [
      '(a) => a.startsWith("x") || a.endsWith("y") || a.includes("z") || a.indexOf("w") || a.lastIndexOf("v")',
      ['abc'],
      ['"abc" startsWith "x"', '"abc" endsWith "y"', '"abc" includes "z"', '"abc" includes "w"'],
    ],
    ['(a) => a.b.startsWith(a.c, 1)', [{ b: 'abc', c: 'x' }], ['"abc" startsWith "x"']],
    ['(a) => ["x", 2, null].includes(a)', ['y'], ['"x" === "y"', '2 === "y"', 'undefined === "y"']],
    ['(a) => new Set(["x", "y"]).has(a)', ['z'], ['"z" has "x"', '"z" has "y"']],
    ['(a) => new Map([["x", 1]]).get(a.b)', [{ b: 'z' }], ['"z" has "x"']],
    ['(a) => ({ x: 1 }).hasOwnProperty(a)', ['z'], ['"z" has "x"']],
    ['(a) => a in { x: 1, y: 2 }', ['z'], ['"z" in "x"', '"z" in "y"']],
    ['(a) => /^x+$/.test(a)', ['z'], ['"z" test "^x+$"']],
    ['(a, b = a === "x") => b', ['z'], ['"z" === "x"']],
    ['(a) => a?.b?.includes("x")', [{ b: 'z' }], []],
    ['(a) => a.b?.includes("x")', [{ b: 'z' }], ['"z" includes "x"']],
    ['(a) => { for (let i = 0; i < a.length; i++) if (a[i] !== "x") break }', [['p', 'q']], ['"p" === "x"']],
    ['(a) => a === null || a === undefined || typeof a === "string" || a === true || !a === a', ['x'], []],
    ['(a) => a.x === a.y', [{ x: {}, y: {} }], []],
    ['(a) => a.x === NaN', [{ x: 1 }], ['1 === NaN']],
    ['(a) => a === "x" && a === "y"', ['z'], ['"z" === "x"']],
    ['(a) => (a.x === a.y) === (a.z === a.w)', [{ x: 1, y: 2, z: 3, w: 4 }], ['1 === 2', '3 === 4']],
    ['(a) => { for (let i = 0; i < 1; i++); for (let i = 0; a[i] !== "x"; i++) break }', [['p']], ['"p" === "x"']],
    [
      '(a) => { while (a.n < a.m) break; while (a.n >= 5) break; do a.n; while (a.n === 4) }',
      [{ n: 3, m: 9 }],
      ['3 >= 5', '3 === 4'],
    ],
    ['(a) => /^x+$/gi.exec(a)', ['z'], ['"z" test "^x+$" gi']],
    ['(a, r = /x/y) => { r.lastIndex = 2; r.test(a) }', ['12z'], ['"z" test "x" y']],
    [
      '(a) => [a.b.match(/m/i), a.b.matchAll(/a/g), a.b.search("s"), a.b.replace(/r/u, ""), a.b.replaceAll("t", () => a), a.b.split("")]',
      [{ b: 'z' }],
      ['"z" test "m" i', '"z" test "a" g', '"z" includes "s"', '"z" test "r" u', '"z" includes "t"', '"z" includes ""'],
    ],
    ['(a) => a.indexOf("x") + a.lastIndexOf("y")', ['z'], ['"z" includes "x"', '"z" includes "y"']],
    ['(a) => a.b.localeCompare("x")', [{ b: 'z' }], ['"z" < "x"']],
    ['(a) => Object.is(a.b, 5)', [{ b: 4 }], ['4 === 5']],
    ['(a) => Object.hasOwn({ x: 1 }, a.b)', [{ b: 'z' }], ['"z" has "x"']],
    ['(a) => Object.prototype.hasOwnProperty.call({ x: 1 }, a.b)', [{ b: 'z' }], ['"z" has "x"']],
    ['(a, has = {}.hasOwnProperty) => has.call({ x: 1 }, a)', ['z'], ['"z" has "x"']],
    [
      '(a) => Buffer.from(a).equals(Buffer.from("x")) || Buffer.compare(Buffer.from([255]), Buffer.from(a))',
      ['z'],
      ['"z" bytes "x"', '"z" === "x"', '"ÿ" bytes "z"'],
    ],
    [
      '(a) => [Number(a.b), parseInt(a.b, 10), Number.parseFloat(a.b), +a.b, +`${a.b}1`, BigInt(a.b)]',
      [{ b: '12' }],
      ['"12" number 12', '"12" number 12', '"12" number 12', '"12" number 12', '"121" number 121'],
    ],
    ['(a) => [Number(a), +a, Number.parseInt(a)]', ['x'], ['"x" number NaN', '"x" number NaN', '"x" number NaN']],
    [
      '(a) => [parseInt(a, 16), parseInt(a, 2), Number.parseInt(a.slice(1), 36), parseInt(a, a)]',
      ['1f'],
      ['"1f" number 31 base 16', '"1f" number 1 base 2', '"f" number 15 base 36', '"1f" number 1'],
    ],
    ['(a) => [parseInt(a.b, 16).toFixed(), parseInt(a.c, 37)]', [{ b: 'z' }], ['"z" number NaN base 16']],
    ['(a) => [Date.parse(a), new Date(a)]', ['x'], ['"x" date NaN', '"x" date NaN']],
    ['(a) => new Date(a.b).getTime()', [{ b: '1970-01-02' }], ['"1970-01-02" date 86400000']],
    ['(a, b = new Date(a)) => +b', ['1970-01-02'], ['"1970-01-02" date 86400000']],
    ['(a) => [new Date(a), new Date(), new Date(1, 2), new Date(...[a]), new Date("1970"), Date.parse()]', [5], []],
    ['(a) => Date.parse(`${a}T00:00Z`) > 5 && Date.UTC(a)', ['1970-01-01'], ['"1970-01-01T00:00Z" date 0', '0 > 5']],
    ['(a) => [a < new Date(7), new Date(3) >= a, a > 1, a <= {}]', [new Date(5)], ['5 < 7', '3 >= 5', '5 > 1']],
    ['(a) => [a < new Date(7), a >= a]', [{ [Symbol.toStringTag]: 'Date' }], []],
    ['(a) => [a > new Date(7), a < new Date(Number.NaN)]', [new Date(5)], ['5 > 7']],
    [
      '(a) => [new Set([1, 2]).has(a.n), new Map([[5n, 1]]).has(a.b)]',
      [{ n: 3, b: 4n }],
      ['3 has 1', '3 has 2', '4n has 5n'],
    ],
    ['(a) => Reflect.has({ x: 1 }, a.b)', [{ b: 'z' }], ['"z" has "x"']],
    ['(a) => Object.is(a.b, "x") || Object.is(a.c, 5n)', [{ b: 'z', c: 4n }], ['"z" === "x"', '4n === 5n']],
    ['(a) => "x".localeCompare(a.b)', [{ b: 'z' }], ['"x" < "z"']],
    [
      '(a) => [1, 2].indexOf(a.n) + ["x"].lastIndexOf(a.b)',
      [{ n: 3, b: 'z' }],
      ['1 === 3', '2 === 3', 'undefined === 3', '"x" === "z"', 'undefined === "z"'],
    ],
    ['(a) => `k${a}` in new (class { kx = 1 })()', ['z'], ['"kz" in "kx"']],
    [
      '(a, crypto = { timingSafeEqual: () => 0 }) => crypto.timingSafeEqual(Buffer.from(a), new Uint8Array([120])) || Buffer.from(a).compare(Buffer.from("y"))',
      ['z'],
      ['"z" bytes "x"', '"z" === "x"', '"z" bytes "y"', '"z" === "y"'],
    ],
    ['(a) => +a + Number(a)', [5], []],
    ['(a) => JSON.parse(a.b).kind === "x"', [{ b: '{"kind":"y"}' }], ['"{\\"kind\\":\\"y\\"}" json ""', '"y" === "x"']],
    ['(a) => JSON.parse(a)', ['{'], ['"{" json ""']],
    ['(a) => { switch (true) { case a.b > 5: case a.b === "x": } }', [{ b: 4 }], ['4 > 5', '4 === "x"']],
    ['(a, expect = (x) => ({ not: { toBe: (y) => x } })) => expect(a.b).not.toBe("x")', [{ b: 'z' }], ['"z" === "x"']],
    ['(a, assert = { equal() {} }) => assert.equal(a.b, "x")', [{ b: 'z' }], ['"z" === "x"']],
  ])('%s', (code, args, recorded) => {
    expect(comparisonsOf(code, ...args)).toEqual(recorded);
  });

  const inherited = (key: string): string[] =>
    ['__proto__', 'constructor', 'toString', 'hasOwnProperty'].map((name) => `"${key}" member "${name}"`);
  test.each<[code: string, args: unknown[], recorded: string[]]>([
    ['(a, t = { x: 1 }) => t[a]', ['z'], [...inherited('z'), '"z" member "x"']],
    ['(a) => a.t[a.key]', [{ t: { key: 1, x: 1 }, key: 'key' }], [...inherited('key'), '"key" member "x"']],
    ['(a, t = { x() {} }) => t[a]()', ['z'], [...inherited('z'), '"z" member "x"']],
    ['(a, t = {}) => { t[a] = 1 }', ['z'], inherited('z')],
    ['(a, t = {}) => { t[a] ??= 1; delete t[a] }', ['z'], inherited('z')],
    ['(a, t = Object.create(null)) => { t.x = 1; return t[`${a}y`] }', ['z'], ['"zy" member "x"']],
    ['(a, t = ["x"]) => t[a]', ['z'], []],
    ['(a, t = { x: 1 }) => t[a]', [5], []],
    [
      '(a, t = { x: 1 }) => { for (let index = 0; index < 2; index++) t[index], t["lit"], t[Symbol.iterator], t[a.length - 1] }',
      ['z'],
      [],
    ],
    ['(a, t = new (class { x = 1 })()) => t[a]', ['z'], []],
  ])('of look-ups: %s', (code, args, recorded) => {
    expect(comparisonsOf(code, ...args)).toEqual(recorded);
  });

  test('of another realm', () => {
    const coverage = new Coverage();
    const { log, map } = coverage;
    const instrumented = instrumentOrThrow(
      'const s = new Set(["a"]); s.has(x.y); ["b"].includes(x.y); x.y === "c"; new Map([["d", 1]]).has(x.y); /e/.test(x.y)',
    );
    map.register(instrumented);
    log.enabled = true;
    runInNewContext(instrumented.code, {
      x: { y: 'z' },
      [Symbol.for(COVERAGE_GLOBAL)]: (key: string, count: number) => map.open(key, count),
    });
    expect(log.take().map(text)).toEqual([
      '"z" has "a"',
      '"b" === "z"',
      'undefined === "z"',
      '"z" === "c"',
      '"z" has "d"',
      '"z" test "e"',
    ]);
  });

  test('with the place of the comparison', () => {
    const coverage = new Coverage().install();
    const f = coverage.load('let z;\nmodule.exports = (a) => z ||\n  a === 1') as (value: number) => void;
    coverage.log.enabled = true;
    f(2);
    const [comparison] = coverage.log.take();
    expect(coverage.map.siteOf(comparison!.site)).toEqual({ op: '===', line: 3, column: 2, file: 'file.js' });
  });

  test('only while enabled', () => {
    const coverage = new Coverage().install();
    const f = coverage.load('module.exports = (a) => a.b === 1') as (value: unknown) => void;
    f({ b: 2 });
    expect(coverage.log.take()).toEqual([]);
    coverage.log.enabled = true;
    f({ b: 3 });
    coverage.log.enabled = false;
    f({ b: 4 });
    expect(coverage.log.take().map(text)).toEqual(['3 === 1']);
  });

  test('not at all when instrumented without', () => {
    const { code, sites } = instrumentOrThrow('f = (a) => a === 1', { comparisons: false });
    expect(sites).toEqual([]);
    expect(code).toContain('a === 1');
  });
});

describe('the log', () => {
  const enabled = (options = {}): ComparisonLog => {
    const log = new ComparisonLog(options);
    log.enabled = true;
    return log;
  };

  test('has no repetitions of a site and is bounded, per site too', () => {
    const log = enabled({ maxEntries: 100, maxPerSite: 10 });
    for (let count = 0; count < 50; count += 1) log.record(1, 'a', 'b', '===');
    for (let count = 0; count < 50; count += 1) log.record(2, count, -1, '===');
    log.record(3, 'a', 'b', '===');
    const taken = log.take();
    expect(taken.map(({ site }) => site)).toEqual([1, ...Array.from({ length: 10 }, () => 2), 3]);
    const cases = Array.from({ length: 60 }, (_, index) => index);
    log.record(4, 'a', cases, 'switch');
    log.record(4, 'b', cases, 'switch');
    expect(log.take().map(({ right }) => right)).toEqual(cases);
    for (let site = 0; site < 500; site += 1) log.record(site, 'a', 'b', '===');
    expect(log.take()).toHaveLength(100);
    log.record(1, 'a', 'b', '===');
    log.clear();
    log.record(1, 'a', 'b', '===');
    expect(log.take()).toHaveLength(1);
  });

  test('keeps text, numbers, bigints and what is missing, no long text', () => {
    const log = enabled({ maxStringLength: 5 });
    const values = ['text', 'too long', 1, Number.NaN, 2n, null, undefined, true, {}, [], Symbol('s'), () => 1];
    for (const value of values) log.record(1, value, 'x', '===');
    expect(log.take().map(({ left }) => left)).toEqual(['text', 1, Number.NaN, 2n, undefined]);
  });

  test('tells objects by what they call themselves, without running getters', () => {
    const log = enabled({});
    const getter = {
      get label(): string {
        throw new Error('was run');
      },
    };
    log.record(1, { label: 'eof' }, { label: '=>' }, '===');
    log.record(1, { type: 'a' }, { other: 1 }, '===');
    log.record(1, getter, { label: 'x' }, '===');
    expect(log.take().map(({ op, left, right }) => [op, left, right])).toEqual([['label', 'eof', '=>']]);
  });

  test('is not harmed by objects that cannot be looked into, nor by what they do', () => {
    const log = enabled();
    const throws = (): never => {
      throw new Error('looked into');
    };
    const proxy = new Proxy({}, { ownKeys: throws, get: throws, getPrototypeOf: throws });
    log.record(1, proxy, 'x', 'has');
    log.record(1, 'x', proxy, 'in');
    log.record(1, proxy, 'x', 'test');
    log.record(1, { [Symbol.toStringTag]: 'Map' }, 'x', 'has');
    const compares = new Proxy({ k: 1 }, { ownKeys: () => (log.flag[0] === 1 ? throws() : ['k']) });
    log.record(2, compares, 'x', 'has');
    expect(log.take().map(text)).toEqual(['"x" has "k"']);
    expect(log.enabled).toBe(true);
  });

  test('does not look into a Proxy that it can tell', () => {
    const log = enabled({ isProxy: types.isProxy });
    const asked: string[] = [];
    const ask = (name: string): never => {
      asked.push(name);
      throw new Error(name);
    };
    const proxy = new Proxy(
      {},
      { ownKeys: () => ask('keys'), get: () => ask('get'), getPrototypeOf: () => ask('proto') },
    );
    for (const op of ['has', 'member', 'test', 'match', 'includes', 'bytes'] as const) log.record(1, proxy, 'x', op);
    log.record(1, 'x', proxy, 'in');
    log.record(1, 'x', proxy, 'match');
    expect([asked, log.take()]).toEqual([[], []]);
  });

  test('passes over a site of look-ups after a while, until it is cleared', () => {
    const log = enabled({ maxPerSite: 10 });
    const many = Object.fromEntries(Array.from({ length: 36 }, (_, index) => [`k${index}`, 1]));
    for (let count = 0; count < 50; count += 1) log.record(1, { x: 1 }, `key${count}`, 'member');
    expect(log.take()).toHaveLength(10 * 5);
    for (let count = 0; count < 50; count += 1) log.record(1, many, `key${count}`, 'member');
    expect(log.take()).toHaveLength(2 * 40);
    let looks = 0;
    const counting = new Proxy({ x: 1 }, { ownKeys: () => ((looks += 1), ['x']) });
    for (let count = 0; count < 50; count += 1) log.record(1, counting, 'same', 'member');
    expect(looks).toBe(10);
    expect(log.take()).toHaveLength(5);
  });
});

test('the dictionary has what the file mentions, once; compared text first', () => {
  const code = [
    "'use strict'; import x from 'module-name';",
    'const o = { key: 1, "other key": -2.5, [c]: 10n }; f("plain", "plain", `head${o}tail`);',
    'if (o.k === "compared" || typeof o === "string") g(/^ab+$/gi, 0xff);',
    'switch (o.z) { case "cased": }',
    `h(${JSON.stringify('long'.repeat(100))}, '');`,
  ].join('\n');
  expect(instrumentOrThrow(code).dictionary).toEqual({
    strings: ['compared', 'cased', 'key', 'other key', 'plain', 'head', 'tail', 'ab'],
    numbers: [1, -2.5, 255],
    bigints: ['10'],
    patterns: [{ source: '^ab+$', flags: 'gi' }],
    keys: ['k', 'o', 'z', 'key', 'other key'],
    members: [
      { path: ['k'], value: 'compared' },
      { path: ['o'], value: '' },
      { path: ['z'], value: 'cased' },
    ],
  });
  expect(JSON.parse(JSON.stringify(instrumentOrThrow(code)))).toEqual(instrumentOrThrow(code));
});

test('a full log turns the probes off until it is taken', () => {
  const log = new ComparisonLog({ maxEntries: 2 });
  log.enabled = true;
  log.record(1, 'a', 'b', '===');
  expect(log.flag[0]).toBe(1);
  log.record(5000, 'c', ['d', 'e'], 'switch');
  expect([log.flag[0], log.enabled]).toEqual([0, true]);
  expect(log.take().map(text)).toEqual(['"a" === "b"', '"c" === "d"']);
  expect(log.flag[0]).toBe(1);
  log.enabled = false;
  expect(log.flag[0]).toBe(0);
});

test.each<[code: string, members: string[]]>([
  ['JSON.parse(s).user.role === "admin"', ['user.role = "admin"']],
  ['5 < v?.a["b c"].n && v.t !== null && (v.x) == -1.5', ['a.b c.n = 5', 't = null', 'x = -1.5']],
  ['switch (v.kind) { case "a": case true: case other: default: }', ['kind = "a"', 'kind = true']],
  ['typeof v.n === "number" || typeof v.o !== "object" || typeof v.u === "undefined"', ['n = 0', 'o = {}']],
  [
    '["a", "b"].includes(v.kind) || v.name.startsWith("x") || Array.isArray(v.list)',
    ['kind = "a"', 'kind = "b"', 'name = "x"', 'list = []'],
  ],
  ['const { kind } = v; kind === "admin"', ['kind = "admin"']],
  [
    'process.env.MODE === "x" || Foo.bar === 1 || v.length === 2 || f() === 3 || v[i] === 4 || v.x === 1n || v.y === /z/',
    [],
  ],
  ['v.x === "' + 'long'.repeat(30) + '" || v.a.b.c.d.e.f.g === 1', []],
])('members that are compared: %s', (code, members) => {
  const found = instrumentOrThrow(code).dictionary.members;
  expect(found.map(({ path, value }) => `${path.join('.')} = ${JSON.stringify(value)}`)).toEqual(members);
});

test('keys: wanted ones first, no methods, nothing of this or of globals', () => {
  const code =
    'f({ own: 1 }); v.read.then(g); this.field; Math.PI; module.exports = 1; const { taken, inner: { deep = 2 } } = v; "sought" in v; Object.hasOwn(v, "had"); v["quoted"]; v.length; has.call(v, "called"); v.same === "x"; g.method(v.argument)';
  expect(instrumentOrThrow(code).dictionary.keys).toEqual([
    'taken',
    'inner',
    'deep',
    'sought',
    'had',
    'quoted',
    'called',
    'same',
    'read',
    'argument',
    'own',
  ]);
});

test('a dictionary is bounded', () => {
  const code = Array.from({ length: 2000 }, (_, index) => `v.k${index} === "s${index}"`).join(';');
  const { keys, members, strings } = instrumentOrThrow(code).dictionary;
  expect([keys.length, members.length, strings.length]).toEqual([512, 512, 512]);
});

test.each<[pattern: string, fragments: string[]]>([
  ['/^https?:\\/\\/(?:www\\.)?[a-z]+\\.example/', ['http', '://', 'www.', '.example']],
  ['/^(?<kind>admin|root){2}(?!no)x{1,2}yz*$/u', ['admin', 'root', 'no']],
  ['/\\d\\w\\p{L}\\u{61}[abc]\\x41/u', []],
])('fragments of %s', (pattern, fragments) => {
  expect(instrumentOrThrow(`f(${pattern})`).dictionary.strings).toEqual(fragments);
});
