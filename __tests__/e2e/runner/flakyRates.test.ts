import { describe, expect, jest, test } from '@jest/globals';
import type { FailureReport } from '../../../src/protocol/report';
import { makeProjects, type Project } from './project';

jest.setTimeout(120_000);

const project = makeProjects();

async function flakyOf(made: Project): Promise<FailureReport> {
  const { report, output, code } = await made.fuzzReport([], { FUZZ_FOR: '3s', FUZZ_WORKERS: '1' });
  const [target] = report.targets;
  // It blocks nothing: most inputs are others.
  expect(target!.status).toBe('fuzzing');
  expect(target!.inputs).toBeGreaterThan(2 * target!.failures[0]!.reruns!.runs);
  expect(target!.failures.map(({ state, message }) => `${state} ${message}`)).toEqual(['flaky chance']);
  expect(output).toMatch(/flaky: failed \d+ of \d+ runs/);
  expect(code).toBe(1);
  return target!.failures[0]!;
}

/** The interval of a rate: it holds the true one, but for chance that comes once in ten thousand times. */
function expectRate({ reruns }: FailureReport, rate: number): void {
  const { runs, fails, low, high } = reruns!;
  expect(runs).toBeGreaterThanOrEqual(20);
  const spread = 4 * Math.sqrt((rate * (1 - rate)) / runs) + 1 / runs;
  expect(Math.abs(fails / runs - rate)).toBeLessThan(spread);
  // What is told is such an interval, of 95 %.
  expect(low).toBeLessThanOrEqual(fails / runs);
  expect(high).toBeGreaterThanOrEqual(fails / runs);
  expect(high - low).toBeLessThan(0.45);
}

describe('a failure that comes by chance is told with its rate, is never fixed and never lost', () => {
  test.each([0.5, 0.1, 0.01])('at a rate of %d', async (rate) => {
    const made = project({
      'chance.test.js': `const fc = require('fast-check');
test('chance', () => { fc.assert(fc.property(fc.integer(), () => { if (Math.random() < ${rate}) throw new Error('chance'); })); });`,
    });
    const first = await flakyOf(made);
    expectRate(first, rate);
    const second = await flakyOf(made);
    expect(second.id).toBe(first.id);
    expectRate(second, rate);
    expect(second.reruns!.runs).toBeGreaterThanOrEqual(first.reruns!.runs);
    // Whether it passes or fails now, it says nothing about the failure.
    const plain = await made.jest();
    expect(plain.output).not.toContain('is fixed');
    const last = await flakyOf(made);
    expect(last.id).toBe(first.id);
    // That an ordinary run saw it pass is noted, and changes nothing.
    expect([...new Set(last.history.map(({ by, event }) => `${by} ${event}`))]).toContain('fuzz flaky');
    expect(last.history.filter(({ by, event }) => by === 'fuzz' && event !== 'flaky' && event !== 'found')).toEqual([]);
  });
});
