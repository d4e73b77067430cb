import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { expect, test } from '@jest/globals';
import { columnBefore } from '../../../../src/coverage/source/positions';
import { SourceText } from '../../../../src/coverage/source/sourceText';
import { Coverage, evaluate, instrumentOrThrow, ROOT } from '../evaluate';

test('every place of a real file is found again', () => {
  const code = readFileSync(path.join(ROOT, 'node_modules/qs/lib/parse.js'), 'utf8');
  const { code: changed, insertions } = instrumentOrThrow(code);
  const lines = code.split('\n');
  const mapped = changed.split('\n').map((line, index) => {
    // Inserted text maps to where it was inserted: what maps to a new column is the text before.
    const columns = Array.from(line, (_, column) => columnBefore(insertions, index + 1, column));
    return columns.map((column, at) => (columns[at + 1] === column ? '' : (lines[index]![column] ?? ''))).join('');
  });
  expect(insertions.length / 3).toBeGreaterThan(200);
  expect(mapped).toEqual(lines);
});

test('a place inside an insertion is where it was made; lines without insertions stay', () => {
  const insertions = [2, 4, 10, 2, 6, 5];
  const columns = [0, 3, 4, 13, 14, 15, 16, 20, 21, 30].map((column) => columnBefore(insertions, 2, column));
  expect(columns).toEqual([0, 3, 4, 4, 4, 5, 6, 6, 6, 15]);
  expect([columnBefore(insertions, 1, 9), columnBefore(insertions, 3, 9), columnBefore([], 1, 7)]).toEqual([9, 9, 7]);
});

test('places of stack traces are those of the code as it was', () => {
  const code = [
    'const o = { a: { b: "x" } };',
    'function fail() { if (o.a.b === "x" && o.a.b.startsWith("x")) throw new Error("here"); return 1 }',
    'const arrow = (x) => x === 2 || fail() === o.missing.c;',
    'class K { f(x = arrow(1)) { switch (o.a.b) { case "y": return 1; case "x": for (const i of [1]) return x || i; } } }',
    'exports.calls = [fail, () => arrow(3), () => new K().f(), () => o.none.includes(o.a.b), () => o.a.b === o.none.x.y];',
  ].join('\n');
  const instrumented = instrumentOrThrow(code);
  const coverage = new Coverage().install();
  coverage.map.register(instrumented);
  const plainCalls = (evaluate(code) as { calls: (() => void)[] }).calls;
  const changedCalls = (evaluate(instrumented.code) as { calls: (() => void)[] }).calls;
  const headLines = framesOf(() => evaluate('throw new Error()'))[0]!.line - 1;
  for (const [index, call] of plainCalls.entries()) {
    for (const isRecording of [false, true]) {
      coverage.log.enabled = isRecording;
      const frames = framesOf(changedCalls[index]!).map(({ line, column }) => ({
        line,
        column: columnBefore(instrumented.insertions, line - headLines, column),
      }));
      expect(frames).toEqual(framesOf(call));
    }
  }
  expect(framesOf(plainCalls[2]!).length).toBeGreaterThanOrEqual(4);
});

/** Places within the evaluated code, lines as V8 counts them, columns from 0. */
function framesOf(call: () => unknown): { line: number; column: number }[] {
  try {
    call();
  } catch (error) {
    const places = String((error as Error).stack).matchAll(/<anonymous>:(\d+):(\d+)/g);
    return Array.from(places, ([, line, column]) => ({ line: Number(line), column: Number(column) - 1 }));
  }
  throw new Error('Expected the call to throw.');
}

test('lines end as V8 ends them', () => {
  const source = new SourceText('a\nb\r\nc\rd\u2028e\u2029f');
  expect(source.lines).toBe(6);
  expect(source.positionOf(0)).toEqual({ line: 1, column: 0 });
  expect(source.positionOf(source.code.indexOf('c'))).toEqual({ line: 3, column: 0 });
  expect(source.positionOf(source.code.length)).toEqual({ line: 6, column: 1 });
  expect(source.lineStartOf(4)).toBe(2);
});
