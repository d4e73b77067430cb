import { describe, expect, jest, test } from '@jest/globals';
import { makeProjects } from './project';

jest.setTimeout(180_000);

const project = makeProjects();

const FC = `const fc = require('fast-check');\n`;

describe('when the time is over', () => {
  test('an input that hangs gets until its limit, and is reported', async () => {
    const limitMs = 1200;
    const made = project({
      'hang.test.js': `${FC}
test('hangs', () => { fc.assert(fc.property(fc.nat(), (n) => { if (n === 4242424) for (;;); }), { numRuns: 1 }); }, ${limitMs});`,
    });
    const { report, code } = await made.fuzzReport([], { FUZZ_FOR: '1s', FUZZ_WORKERS: '1' });
    expect(report.ended).toBe('budget');
    const [target] = report.targets;
    expect(target!.failures.map(({ kind, input }) => `${kind} ${input}`)).toEqual(['hang [4242424]']);
    expect(code).toBe(1);
    // The time until the input was given up belongs to what it cost to find it.
    const { wallSeconds, cpuSeconds } = target!.failures[0]!.firstFound;
    expect(wallSeconds).toBeGreaterThanOrEqual(limitMs / 1000);
    expect(cpuSeconds).toBeGreaterThan(0);
    expect(target!.cpuSeconds).toBeGreaterThan(cpuSeconds);
  });

  test('an input that hangs at the end is reported without being run again, and the next run runs it again', async () => {
    const made = project({
      // Writes a character each time it begins to hang.
      'hang.test.js': `${FC}const { appendFileSync } = require('node:fs');
test('hangs', () => { fc.assert(fc.property(fc.nat(), (n) => {
  if (n !== 4242424) return;
  appendFileSync('hangs', '.');
  for (;;);
}), { numRuns: 1 }); }, 4000);`,
    });
    const { report } = await made.fuzzReport([], { FUZZ_FOR: '1s', FUZZ_WORKERS: '1' });
    const [failure, ...others] = report.targets[0]!.failures;
    expect(others).toEqual([]);
    expect(failure).toMatchObject({ kind: 'hang', input: expect.stringContaining('fz1-') });
    expect(failure!.message).toContain('It was not run again to make sure, because the run was over.');
    // The run waited for it once, and for no other input.
    expect(made.read('hangs')).toBe('.');
    // The next run makes sure of it, first of all.
    const again = await made.fuzzReport([], { FUZZ_FOR: '12s', FUZZ_WORKERS: '1' });
    const [sure] = again.report.targets[0]!.failures;
    expect(sure).toMatchObject({ id: failure!.id, kind: 'hang' });
    expect(made.read('hangs').length).toBeGreaterThan(1);
  });

  test('an input that is stopped before its limit is kept, and the next run begins with it', async () => {
    // The first example is all that the ordinary pass runs: the second one hangs in a slice.
    const text = (limitMs: number, parameters: string): string => `${FC}
const hash = (n) => Math.imul(n, 0x9e3779b1) >>> 7;
const deadly = hash(777777);
test('hangs', () => { fc.assert(fc.property(fc.nat(), (n) => { if (hash(n) === deadly) for (;;); }), ${parameters}); }, ${limitMs});`;
    const made = project({ 'hang.test.js': text(60_000, '{ numRuns: 1, examples: [[1], [777777]] }') });
    const first = await made.fuzzReport([], { FUZZ_FOR: '2s', FUZZ_WORKERS: '1' });
    expect(first.report.totals.failures).toBe(0);
    expect(first.output).toContain('was still running when the run was stopped');
    // Stopped again, it is kept again, and nothing is said of a crash.
    const second = await made.fuzzReport([], { FUZZ_FOR: '2s', FUZZ_WORKERS: '1' });
    expect(second.report.totals.failures).toBe(0);
    expect(second.output).toContain('The input did not end in this run either.');
    expect(second.output).not.toContain('An earlier run was ended');
    made.write({ 'hang.test.js': text(1500, '{}') });
    const third = await made.fuzzReport([], { FUZZ_FOR: '30s', FUZZ_WORKERS: '1', FUZZ_STOP_ON_FAILURE: '1' });
    expect(third.report.targets[0]!.failures.map(({ kind, input }) => `${kind} ${input}`)).toEqual(['hang [777777]']);
    expect(third.report.targets[0]!.failures[0]!.message).not.toContain('not run again');
    made.write({ 'hang.test.js': text(1500, '{}').replace('for (;;)', '') });
    const fixed = await made.fuzzReport([], { FUZZ_FOR: '2s', FUZZ_WORKERS: '1' });
    expect(fixed.report.totals.failures).toBe(0);
  });

  test('an input that is only slow is no failure', async () => {
    const made = project({
      'slow.test.js': `${FC}
test('slow', () => { fc.assert(fc.property(fc.nat(), (n) => {
  if (n === 4242424) for (const end = Date.now() + 3500; Date.now() < end; );
}), { numRuns: 1 }); });`,
    });
    const { report, code } = await made.fuzzReport([], { FUZZ_FOR: '1s', FUZZ_WORKERS: '1' });
    expect(report.totals.failures).toBe(0);
    expect(code).toBe(0);
  });

  test('a failure that is not simple yet is confirmed as it is', async () => {
    const made = project({
      'shrink.test.js': `${FC}
test('shrinks slowly', () => { fc.assert(fc.property(fc.array(fc.nat(), { minLength: 20 }), (list) => {
  for (const end = Date.now() + 200; Date.now() < end; );
  if (list.filter((n) => n > 7).length > 1) throw new Error('too large');
}), { numRuns: 1, examples: [[Array(20).fill(0)]] }); });`,
    });
    const { report, output, code } = await made.fuzzReport([], { FUZZ_FOR: '10s', FUZZ_WORKERS: '1' });
    const [failure] = report.targets[0]!.failures;
    expect(failure).toMatchObject({ message: 'too large' });
    expect(['found', 'shrinking']).toContain(failure!.state);
    expect(output).toContain('Counterexample: ');
    expect(code).toBe(1);
  });
});

describe('a target whose inputs end their thread', () => {
  test('is left alone after three, also when they end the second time', async () => {
    const made = project({
      // Hangs when it is run with others, not when it is run alone.
      'moody.test.js': `${FC}
let before = 0;
test('moody', () => { fc.assert(fc.property(fc.nat(), (n) => { before += 1; if (before > 200) for (;;); }), { numRuns: 1 }); }, 1000);`,
    });
    const { report, output, code } = await made.fuzzReport([], { FUZZ_FOR: '40s', FUZZ_WORKERS: '1' });
    expect(report.ended).toBe('nothing-to-learn');
    expect(report.targets[0]).toMatchObject({ status: 'blocked', failures: [] });
    expect(output).toContain('but not when it was run again');
    expect(code).toBe(0);
  });

  test('is not run while it has had a quarter of the time and others have had less', async () => {
    const made = project({
      'hang.test.js': `${FC}
test('hangs', () => { fc.assert(fc.property(fc.nat(), (n) => { if (n > 1000) for (;;); }), { numRuns: 1 }); }, 1000);`,
      'other.test.js': `${FC}test('other', () => { fc.assert(fc.property(fc.string(), (s) => s !== 'needle')); });`,
    });
    const { report } = await made.fuzzReport([], { FUZZ_FOR: '8s', FUZZ_WORKERS: '1' });
    const [hangs, other] = ['hangs', 'other'].map((name) => report.targets.find(({ testName }) => testName === name)!);
    expect(hangs!.failures.map(({ kind }) => kind)).toEqual(['hang']);
    // Its one death cost more than that. With the next two it would be blocked.
    expect(hangs!.status).toBe('fuzzing');
    // The time of "hangs" holds what ran beside the worker, too: the worker itself was mostly with the other target.
    expect(other!.wallSeconds).toBeGreaterThan(report.wallSeconds / 4);
  });
});
