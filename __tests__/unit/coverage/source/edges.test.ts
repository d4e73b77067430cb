import { describe, expect, test } from '@jest/globals';
import { Coverage, instrumentOrThrow } from '../evaluate';

/** Runs `f(...args)` of the code and lists the hits of that call alone. */
function hitsOf(code: string, ...args: unknown[]): string {
  const coverage = new Coverage().install();
  const { f } = coverage.load(`${code}\nmodule.exports = { f };`) as { f: (...args: unknown[]) => unknown };
  coverage.map.reset();
  f(...args);
  return coverage.hits().join(' ');
}

describe('edges', () => {
  test.each<[name: string, code: string, args: unknown[], hits: string]>([
    ['if', 'function f(x) {\nif (x) return 1;\nelse return 2 }', [true], 'function@1*0 if@2*0'],
    ['else', 'function f(x) {\nif (x) return 1;\nelse return 2 }', [false], 'function@1*0 else@3*0'],
    ['an else that is not written', 'function f(x) {\nif (x) return 1 }', [false], 'function@1*0 else@2*0'],
    ['else if', 'function f(x) {\nif (x === 1) x\nelse if (x === 2) x }', [2], 'function@1*0 else@3*0 if@3*0'],
    ['an arrow function', 'const f = (x) => x', [1], 'function@1*0'],
    ['a default value', 'function f(x,\ny = 2) {}', [1], 'function@1*0 default-value@2*0'],
    ['a default value that is given', 'function f(x,\ny = 2) {}', [1, 2], 'function@1*0'],
    ['a default in a pattern', 'function f({ a\n= 2 }) {}', [{}], 'function@1*0 default-value@2*0'],
    ['?: first', 'function f(x) { return x\n? 1\n: 2 }', [true], 'function@1*0 conditional@2*0'],
    ['?: second', 'function f(x) { return x\n? 1\n: 2 }', [false], 'function@1*0 conditional@3*0'],
    ['&&', 'function f(x) { return x\n&& x\n&& 0 }', [1], 'function@1*0 logical@2*0 logical@3*0'],
    ['|| not needed', 'function f(x) { return x\n|| 0 }', [1], 'function@1*0 short-circuit@1*0'],
    ['&& not needed', 'function f(x) { return 1 &&\nx.y\n&& 0 }', [1], 'function@1*0 logical@2*0 short-circuit@2*0'],
    ['&& in a test', 'function f(x) { if (!(x &&\nx.y)) x }', [0], 'function@1*0 short-circuit@1*0 if@2*0'],
    [
      '|| of comparisons',
      'function f(x) { return x < 1 ||\nx > 2 || x }',
      [3],
      'function@1*0 logical@2*0 short-circuit@2*0',
    ],
    ['?? not needed', 'function f(x) { return x.y\n?? 0 }', [{ y: 0 }], 'function@1*0 short-circuit@1*0'],
    [
      '&& of a name in a default',
      'function f(x, y =\nx && 1) {}',
      [0],
      'function@1*0 default-value@2*0 short-circuit@2*0',
    ],
    ['??', 'function f(x) { return x\n?? 0 }', [null], 'function@1*0 logical@2*0'],
    ['||=', 'function f(x) { x ||=\n1 }', [0], 'function@1*0 assignment@2*0'],
    ['&&= not needed', 'function f(x) {\nx &&=\n1 }', [0], 'function@1*0 short-circuit@2*0'],
    ['??= of a member', 'function f(x) {\nx.y ??=\n1 }', [{}], 'function@1*0 assignment@3*0'],
    ['??= of a member, not needed', 'function f(x) {\nx.y ??=\n1 }', [{ y: 0 }], 'function@1*0 short-circuit@2*0'],
    ['||= of a function, not needed', 'function f(x) {\nx ||=\n() => 1 }', [1], 'function@1*0 short-circuit@2*0'],
    ['?.', 'function f(x) { return (\nx?.y) }', [1], 'function@1*0 optional@2*0'],
    ['?. short-circuited', 'function f(x) { return (\nx?.y.z) }', [null], 'function@1*0 short-circuit@2*0'],
    ['?. of a member', 'function f(x) { return [\nx.y?.z] }', [{ y: 1 }], 'function@1*0 optional@2*0'],
    ['?. of a member, short-circuited', 'function f(x) { return [\nx.y?.z] }', [{}], 'function@1*0 short-circuit@2*0'],
    ['?.()', 'function f(x) { return [\nx?.()] }', [() => 1], 'function@1*0 optional@2*0'],
    ['?.() of a member', 'function f(x) { return [\nx.y?.(1)] }', [{ y: () => 1 }], 'function@1*0 optional@2*0'],
    [
      '?.() of a member, short-circuited',
      'function f(x) { return [\nx.y?.(1)] }',
      [{}],
      'function@1*0 short-circuit@2*0',
    ],
    ['?. of a method', 'function f(x) { return [\nx.y?.z(1)] }', [{}], 'function@1*0 short-circuit@2*0'],
    ['two ?.', 'function f(x) { return [\nx?.y?.z] }', [{ y: 1 }], 'function@1*0 optional@2*0 optional@2*0'],
    ['??=', 'function f(x) { x ??=\n1 }', [undefined], 'function@1*0 assignment@2*0'],
    ['case', 'function f(x) { switch (x) {\ncase 1: break;\ncase 2: } }', [2], 'function@1*0 case@3*0'],
    ['falling through', 'function f(x) { switch (x) {\ncase 1:\ncase 2: } }', [1], 'function@1*0 case@2*0 case@3*0'],
    ['no case', 'function f(x) { switch (x) {\ncase 1: break;\ncase 2: } }', [3], 'function@1*0 case@1*0'],
    ['default', 'function f(x) { switch (x) {\ndefault:\nbreak; case 2: } }', [3], 'function@1*0 case@2*0'],
    ['for, 5 times', 'function f(x) {\nfor (let i = 0; i < x; i++) i }', [5], 'function@1*0 loop@2*3'],
    ['for-of, 2 times', 'function f(x) {\nfor (const i of x) { i } }', [[1, 2]], 'function@1*0 loop@2*1'],
    ['for-in, never', 'function f(x) {\nfor (const i in x) i }', [{}], 'function@1*0 no-loop@2*0'],
    ['for, never', 'function f(x) {\nfor (let i = 0; i < x; i++) {} }', [0], 'function@1*0 no-loop@2*0'],
    ['while, never', 'function f(x) {\nwhile (x) x-- }', [0], 'function@1*0 no-loop@2*0'],
    [
      'for-of with a label, never',
      'function f(x) { a: b:\nfor (const i of x) continue a }',
      [[]],
      'function@1*0 no-loop@2*0',
    ],
    [
      'loops in loops',
      'function f(x) {\nfor (const i of x)\nfor (const j of i); }',
      [[[1], []]],
      'function@1*0 loop@3*1 loop@3*0 no-loop@3*0',
    ],
    ['an endless loop', 'function f(x) {\nwhile (true) if (x) return; }', [1], 'function@1*0 loop@2*0 if@2*0'],
    [
      'an async generator',
      'function f() { g().next() }\nasync function* g() { yield 1 }',
      [],
      'function@1*0 function@2*0',
    ],
    ['a generator that is not begun', 'function f() { g() }\nfunction* g() { yield 1 }', [], 'function@1*0'],
    ['an async arrow function', 'const f = async (x) =>\nx || 1', [0], 'function@1*0 logical@2*0'],
    ['a default that is a function', 'function f(x = () => 1) { x() }', [], 'function@1*0 function@1*0'],
    ['while, 3 times', 'function f(x) {\nwhile (x-- > 0); }', [3], 'function@1*0 loop@2*2'],
    ['do, 20 times', 'function f(x) {\ndo x--\nwhile (x > 0) }', [20], 'function@1*0 loop@2*5'],
    ['catch', 'function f(x) { try { x() }\ncatch { x } }', [1], 'function@1*0 catch@2*0 exception@2*0'],
    ['no catch', 'function f(x) { try { x }\ncatch { x } }', [1], 'function@1*0'],
    ['a generator', 'function f() { return [...g()] }\nfunction* g() { yield 1 }', [], 'function@1*0 function@2*0'],
    ['a field', 'class A {\na = f.name }\nfunction f() { new A() }', [], 'field@2*0 function@3*0'],
    [
      'a method',
      'class A {\nget a() { return 1 } }\nfunction f() { return new A().a }',
      [],
      'function@2*0 function@3*0',
    ],
  ])('%s', (_, code, args, hits) => {
    expect(hitsOf(code, ...args)).toBe(hits);
  });

  test('loading a module is counted too, and the same text has the same counters', () => {
    const coverage = new Coverage().install();
    const code = 'if (1) module.exports = () => 1';
    const first = coverage.load(code) as () => void;
    expect(coverage.hits()).toEqual(['if@1*0']);
    const second = coverage.load(code) as () => void;
    coverage.map.reset();
    first();
    second();
    expect(coverage.hits()).toEqual(['function@1*1']);
    expect(coverage.map.edgeCount).toBe(3);
  });

  test('a function that is sent to a browser, or marked, stays as it is', () => {
    const sent = 'page.evaluate(() => document.title, function () { return a || b })';
    const marked = '/* fuzz-runner ignore */ function g() { return a || b }';
    const line = 'run(\n// fuzz-runner ignore: runs in a worker\n() => a || b)';
    for (const code of [sent, marked, line]) expect(instrumentOrThrow(code).code).toBe(code);
    expect(instrumentOrThrow('/* fuzz-runner ignores nothing */ ;(() => a)').edges).toHaveLength(1);
  });
});

describe('ids', () => {
  const before = ['function a(x) { if (x) return 1 }', 'function b(x) { return x && x.y || [] }'];
  const idsOf = (lines: readonly string[], file = 'file.js'): string[] =>
    instrumentOrThrow(lines.join('\n'), { file }).edges.map(({ id }) => id);

  test('are 16 hexadecimal characters, unique in the file', () => {
    const ids = idsOf([...before, ...before.map((line) => line.replace('function', 'function '))]);
    expect(ids).toHaveLength(16);
    expect(new Set(ids).size).toBe(16);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{16}$/);
  });

  test('survive what is added, removed or moved elsewhere in the file', () => {
    const ids = idsOf(before);
    expect(idsOf(['// new', 'if (z) z()', ...before]).filter((id) => ids.includes(id))).toEqual(ids);
    expect(idsOf(before.slice(1))).toEqual(ids.slice(3));
    expect(idsOf([...before].reverse()).toSorted()).toEqual(ids.toSorted());
  });

  test('of changed code change', () => {
    const changed = [before[0]!, 'function b(x) { return x && x.z || [] }'];
    const ids = idsOf(changed);
    expect(ids.slice(0, 3)).toEqual(idsOf(before).slice(0, 3));
    // What stands before the change keeps its id.
    expect(ids.slice(4).filter((id) => idsOf(before).includes(id))).toEqual([ids[4]]);
  });

  test('differ between files, and between functions with the same text', () => {
    expect(idsOf(before, 'other.js').some((id) => idsOf(before).includes(id))).toBe(false);
    const twice = ['const a = {\nf() { go() } }', 'const b = {\nf() { go() } }'];
    expect(idsOf(twice)).toHaveLength(2);
    expect(idsOf([twice[1]!])[0]).toBe(idsOf(twice)[1]);
  });
});

test('positions of edges are those in the code that was given', () => {
  const [entry, , other] = instrumentOrThrow('let a;\n  function f(x) { return x ||  a }').edges;
  expect(entry).toMatchObject({ kind: 'function', line: 2, column: 2 });
  expect(other).toMatchObject({ kind: 'logical', line: 2, column: 31 });
});
