import { describe, expect, jest, test } from '@jest/globals';
import type { FailureReport } from '../../../src/protocol/report';
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

const ENV = { FUZZ_FOR: '8s', FUZZ_WORKERS: '1', FUZZ_REPORT: 'report.json' };

/** Fuzzes with the command, and checks that the target beside the deadly one was fuzzed. */
async function deathsOf(made: Project, env: Readonly<Record<string, string>> = {}): Promise<FailureReport[]> {
  const { output, code } = await made.command([], { ...ENV, ...env });
  const report = JSON.parse(made.read('report.json')) as import('../../../src/protocol/report').JsonReport;
  const [dies, goesOn] = ['dies', 'goes on'].map((name) => report.targets.find(({ testName }) => testName === name)!);
  expect(goesOn!.failures.map(({ input }) => input)).toEqual(['["needle"]']);
  expect(goesOn!.inputs).toBeGreaterThan(10_000);
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

  test('an exit of the process', async () => {
    const [failure] = await deathsOf(project(files('process.exit(3);')));
    expect(failure).toMatchObject({
      kind: 'error',
      input: '[5001]',
      state: 'minimal',
      origin: { key: 'process exit at deadly.js:5:11', errorClass: 'process exit' },
    });
  });

  test('something thrown that is no error', async () => {
    const [failure] = await deathsOf(project(files('throw undefined;')));
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
});

describe('an input that ends the whole process', () => {
  const SEGFAULT = "process.kill(process.pid, 'SIGSEGV');";

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
    const [failure] = await deathsOf(made);
    expect(['crash', 'out-of-memory']).toContain(failure!.kind);
    expect(failure!.origin.place).toMatchObject({ file: 'deadly.js', functionName: 'die' });
  });
});
