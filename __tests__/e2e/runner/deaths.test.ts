import { describe, expect, jest, test } from '@jest/globals';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { FailureReport, JsonReport } from '../../../src/protocol/report';
import { makeProjects, type Project } from './project';

jest.setTimeout(120_000);

const project = makeProjects();

/** A file with one target that dies of numbers above 5000, and one that has an ordinary bug. */
function files(body: string, limitMs = 1500): Record<string, string> {
  return {
    'deadly.test.js': `const fc = require('fast-check');
const { deadly } = require('./deadly');
test('dies', () => { fc.assert(fc.property(fc.nat(), (n) => { deadly(n); })); }, ${limitMs});
test('goes on', () => { fc.assert(fc.property(fc.string(), (s) => { if (s === 'needle') throw new Error('found'); })); });`,
    'deadly.js': `exports.deadly = function deadly(n) {\n  if (n > 5000) die();\n};\nfunction die() {\n  ${body}\n}\n`,
  };
}

const SECONDS = 8;
const ENV = { FUZZ_FOR: `${SECONDS}s`, FUZZ_WORKERS: '1', FUZZ_REPORT: 'report.json' };

/**
 * Fuzzes with the command, and checks that the target beside the deadly one lost nothing by it: of the one worker it
 * had its half, less a tenth. (Its inputs per second are what `bench/deaths.js` shows; other processes disturb them.)
 */
async function deathsOf(
  made: Project,
  env: Readonly<Record<string, string>> = {},
  isDeath = true,
  seconds = SECONDS,
): Promise<FailureReport[]> {
  const { output, code } = await made.command([], { ...ENV, FUZZ_FOR: `${seconds}s`, ...env });
  const report = JSON.parse(made.read('report.json')) as JsonReport;
  const [dies, goesOn] = ['dies', 'goes on'].map((name) => report.targets.find(({ testName }) => testName === name)!);
  expect(goesOn!.failures.map(({ input }) => input)).toEqual(['["needle"]']);
  expect(goesOn!.inputs).toBeGreaterThan(dies!.inputs);
  if (isDeath) expect(goesOn!.wallSeconds).toBeGreaterThan((seconds / 2) * 0.9);
  expect(output).toContain('2 distinct failures');
  expect(code).toBe(1);
  return [...dies!.failures];
}

describe('an input that ends its thread is a failure of its own kind, made sure of and simplified', () => {
  test('an endless loop', async () => {
    const made = project(files('for (;;);', 1000));
    const [failure, ...others] = await deathsOf(made);
    expect(others).toEqual([]);
    expect(failure).toMatchObject({ kind: 'hang', origin: { key: 'hang in deadly.js die' } });
    expect(failure!.origin.place).toMatchObject({ file: 'deadly.js', line: 5, functionName: 'die' });
    expect(failure!.message).toBe('The property did not come back within 1000 ms. It was in die at deadly.js:5.');
  });

  test('an endless loop in what makes the input', async () => {
    const made = project({
      ...files('for (;;);', 1000),
      'deadly.test.js': files('', 1000)['deadly.test.js']!.replace(
        'fc.nat(), (n) => { deadly(n); }',
        'fc.nat().map((n) => { deadly(n); return n; }), () => {}',
      ),
    });
    const [failure] = await deathsOf(made);
    expect(failure).toMatchObject({ kind: 'hang', origin: { key: 'hang in deadly.js die' } });
  });

  test('a heap that fills up', async () => {
    const made = project(files('const all = []; for (;;) all.push({ x: [1] });', 20_000));
    // V8 gives up early, so the machine has less to do.
    const [failure] = await deathsOf(made, { NODE_OPTIONS: '--max-old-space-size=400' });
    expect(failure).toMatchObject({ kind: 'out-of-memory' });
  });

  test('memory outside the heap', async () => {
    const made = project(files('const all = []; for (;;) all.push(Buffer.alloc(2 ** 24, 1));', 20_000));
    const [failure] = await deathsOf(made, { NODE_OPTIONS: '--max-old-space-size=400' });
    expect(failure).toMatchObject({ kind: 'out-of-memory', origin: { key: 'out-of-memory in deadly.js die' } });
  });

  test('an exit of the process', async () => {
    const [failure] = await deathsOf(project(files('process.exit(3);')), {}, false);
    expect(failure).toMatchObject({
      kind: 'error',
      input: '[5001]',
      state: 'minimal',
      origin: { key: 'process exit at deadly.js:5:11', errorClass: 'process exit' },
    });
  });

  test('an abort of the process, which Node refuses in a thread', async () => {
    const [failure] = await deathsOf(project(files('process.abort();')), {}, false);
    expect(failure).toMatchObject({ kind: 'error', input: '[5001]', origin: { errorClass: 'process exit' } });
  });

  test('something thrown that is no error', async () => {
    const [failure] = await deathsOf(project(files('throw undefined;')), {}, false);
    expect(failure).toMatchObject({ kind: 'error', input: '[5001]', origin: { key: 'thrown undefined' } });
  });

  test('a promise that never settles', async () => {
    const made = project({
      ...files(''),
      'deadly.test.js': files('', 1000)['deadly.test.js']!.replace(
        `() => { fc.assert(fc.property(fc.nat(), (n) => { deadly(n); }))`,
        `async () => { await fc.assert(fc.asyncProperty(fc.nat(), async (n) => { if (n > 5000) await new Promise(() => {}); }))`,
      ),
    });
    const [failure] = await deathsOf(made);
    expect(failure).toMatchObject({ kind: 'error', origin: { key: 'timeout' } });
  });

  test('a promise that never settles, met so late that nobody can make sure', async () => {
    const made = project({
      'late.test.js': `const fc = require('fast-check');
test('waits', () => fc.assert(fc.asyncProperty(fc.nat(), async (n) => {
  if (n === 4242424) await new Promise(() => {});
})));`,
    });
    // It takes five seconds to be seen, as many to be seen again, and as many to be shown to its test.
    const { report } = await made.fuzzReport([], { ...ENV, FUZZ_FOR: '6s' });
    const found = report.targets.flatMap(({ failures }) => failures);
    expect(found).toMatchObject([{ input: '[4242424]', origin: { key: 'timeout' } }]);
    expect(found[0]!.message).toContain('Its whole test was not run with it to make sure');
  });
});

describe('an input that ends the whole process', () => {
  // A signal takes a moment; a real crash does not let the next input run.
  const SEGFAULT = "process.kill(process.pid, 'SIGSEGV'); for (;;);";

  test('is found by the run that the command starts again', async () => {
    const made = project(files(SEGFAULT));
    const [failure] = await deathsOf(made);
    expect(failure).toMatchObject({ kind: 'crash', input: expect.stringMatching(/^\[\d+\]$/) });
    // From now on it is isolated from the start, and the whole run does not die of it.
    const again = await made.command([], { ...ENV, FUZZ_FOR: '2s' });
    expect(again.output).not.toContain('started again');
    expect(again.output).toContain('crash');
    made.write({ 'deadly.js': 'exports.deadly = () => {};' });
    const fixed = await made.fuzzReport(['-t', 'dies'], { FUZZ_FOR: '2s' });
    expect(fixed.report.totals.failures).toBe(0);
  });

  test('is found by the next run of plain Jest', async () => {
    const made = project(files(SEGFAULT));
    const first = await made.fuzz([], ENV);
    expect(first.code).toBe(null);
    const [failure] = await deathsOf(made);
    expect(failure).toMatchObject({ kind: 'crash' });
  });

  test('does not end it when each worker has a process of its own', async () => {
    const made = project(files(SEGFAULT));
    const { report, output } = await made.fuzzReport([], { ...ENV, FUZZ_ISOLATE: 'process' });
    expect(output).not.toContain('An earlier run was ended');
    expect(report.targets.flatMap(({ failures }) => failures.map(({ kind }) => kind)).sort()).toEqual([
      'crash',
      'error',
    ]);
  });

  test('by an array that grows until V8 gives up', async () => {
    const made = project(files('const all = []; for (;;) all.push(0);', 20_000));
    // A busy machine takes many seconds to fill this much memory, twice.
    const [failure] = await deathsOf(made, {}, true, 24);
    expect(['crash', 'out-of-memory']).toContain(failure!.kind);
    expect(failure!.origin.place).toMatchObject({ file: 'deadly.js', functionName: 'die' });
  });

  test('by a sequence with a step of zero, whose texts grow without end', async () => {
    const made = project({
      'deadly.test.js': `const fc = require('fast-check');
const { sequence } = require('./sequence');
test('dies', () => {
  fc.assert(fc.property(fc.nat(99), fc.nat(99), fc.integer({ min: -9, max: 9 }), (from, to, step) => {
    sequence(from, to, step);
  }));
}, 20000);
test('goes on', () => { fc.assert(fc.property(fc.string(), (s) => { if (s === 'needle') throw new Error('found'); })); });`,
      'sequence.js': `exports.sequence = (from, to, step) => {
  const width = String(Math.max(from, to)).length;
  const parts = [];
  for (let at = from; step < 0 ? at >= to : at <= to; at += step) parts.push(String(at).padStart(width, '0'));
  return parts;
};
`,
    });
    const [failure] = await deathsOf(made, { NODE_OPTIONS: '--max-old-space-size=400' });
    expect(['crash', 'out-of-memory']).toContain(failure!.kind);
    expect(failure!.input).toMatch(/^\[\d+,\d+,-?0\]$/);
    expect(failure!.message).not.toContain('not run again');
    expect(failure!.origin.place).toMatchObject({ file: 'sequence.js' });
  });

  test('and the report counts what was done before, too', async () => {
    const made = project({
      // Ends the process once, some seconds after it began, and counts its inputs in a file.
      'once.test.js': `const fc = require('fast-check');
const fs = require('node:fs');
const startedAt = Date.now();
let inputs = 0;
test('dies', () => {
  fc.assert(fc.property(fc.nat(), (n) => {
    inputs += 1;
    if (n > 1000) throw new RangeError('large');
    if (inputs % 500 !== 0 || fs.existsSync('crashed')) return;
    fs.writeFileSync('inputs', String(inputs));
    if (Date.now() - startedAt < 4000) return;
    fs.writeFileSync('crashed', '');
    process.kill(process.pid, 'SIGKILL');
  }));
});`,
    });
    // Nothing of the first process is in a database.
    const { code, output } = await made.command([], { ...ENV, FUZZ_DATABASE: 'memory:' });
    expect(output).toContain('started again');
    const report = JSON.parse(made.read('report.json')) as JsonReport;
    const crashedAt = fs.statSync(path.join(made.folder, 'crashed')).mtimeMs;
    const [target] = report.targets;
    // A slice, and what was done since the totals were left, are not counted.
    expect(target!.inputs).toBeGreaterThan(Number(made.read('inputs')) / 2);
    expect(report.totals.inputs).toBe(target!.inputs);
    // The second process starts after the crash.
    expect(Date.parse(report.startedAt)).toBeLessThan(crashedAt);
    expect(report.wallSeconds).toBeGreaterThan(SECONDS);
    expect(target!.failures.map(({ message, input }) => `${message} ${input}`)).toEqual(['large [1001]']);
    expect(Date.parse(target!.failures[0]!.firstSeenAt)).toBeLessThan(crashedAt);
    expect(code).toBe(1);
  });
});
