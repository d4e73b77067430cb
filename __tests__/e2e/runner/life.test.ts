import { execFileSync } from 'node:child_process';
import { describe, expect, jest, test } from '@jest/globals';
import { makeProjects } from './project';

jest.setTimeout(120_000);

const project = makeProjects();

const FC = `const fc = require('fast-check');\n`;
const LARGE = `${FC}const { check } = require('./check');
test('large', () => { fc.assert(fc.property(fc.integer(), (n) => { check(n); })); });`;
const CHECK = `exports.check = function check(n) {\n  if (n > 1000) throw new RangeError('large');\n};\n`;

describe('the life of a failure', () => {
  test('has its history: who, when, where, at which commit', async () => {
    const made = project({ 'large.test.js': LARGE, 'check.js': CHECK });
    const git = (...words: string[]): string =>
      execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=e', ...words], {
        cwd: made.folder,
        encoding: 'utf8',
      });
    git('init', '-q');
    git('commit', '-q', '--allow-empty', '-m', 'one');
    const commit = git('rev-parse', 'HEAD').trim();
    const { report } = await made.fuzzReport([], { FUZZ_FOR: '2s', FUZZ_WORKERS: '1' });
    const [failure] = report.targets[0]!.failures;
    expect(failure).toMatchObject({ state: 'minimal', input: '[1001]' });
    expect(failure!.reruns).toMatchObject({ runs: 20, fails: 20, rate: 1 });
    // It may be explained before the run is over.
    expect(failure!.history.map(({ event, by, worker, commit: of }) => [event, by, worker, of]).slice(0, 1)).toEqual([
      ['minimal', 'fuzz', 1, commit],
    ]);
    expect(failure!.history.slice(1).map(({ event }) => event)).toEqual(failure!.explanation ? ['explained'] : []);

    // Lines above it, and it is the same failure at another place.
    made.write({ 'check.js': `// one\n// two\n${CHECK}` });
    const moved = (await made.fuzzReport([], { FUZZ_FOR: '2s', FUZZ_WORKERS: '1' })).report.targets[0]!.failures;
    expect(moved.map(({ id, origin }) => [id, origin.place?.line])).toEqual([[failure!.id, 4]]);
    const events = moved[0]!.history.map(({ event }) => event).filter((event) => event !== 'explained');
    expect(events.slice(0, 2)).toEqual(['minimal', 'moved']);

    // Another error for the same input: the old failure is over, and there is a new one.
    made.write({ 'check.js': CHECK.replace('RangeError', 'TypeError') });
    const changed = (await made.fuzzReport([], { FUZZ_FOR: '2s', FUZZ_WORKERS: '1' })).report.targets[0]!.failures;
    expect(changed.map(({ errorName }) => errorName)).toEqual(['TypeError']);

    made.write({ 'check.js': `exports.check = () => {};` });
    const fixed = await made.fuzzReport([], { FUZZ_FOR: '2s', FUZZ_WORKERS: '1' });
    expect(fixed.report.totals.failures).toBe(0);
  });

  test('goes on while it is flaky: it is reported with its rate, in each run, and never fixed', async () => {
    const made = project({
      'chance.test.js': `${FC}test('chance', () => { fc.assert(fc.property(fc.integer(), (n) => {
  if (n === 424242) throw new RangeError('rare');
  if (Math.random() < 0.1) throw new Error('chance');
})); });`,
    });
    let id = '';
    for (let run = 0; run < 3; run += 1) {
      const { report, output, code } = await made.fuzzReport([], { FUZZ_FOR: '4s', FUZZ_WORKERS: '1' });
      const [target] = report.targets;
      expect(target!.status).toBe('fuzzing');
      const flaky = target!.failures.filter(({ state }) => state === 'flaky');
      expect(flaky.map(({ message }) => message)).toEqual(['chance']);
      const { low, high, runs } = flaky[0]!.reruns!;
      expect(runs).toBeGreaterThanOrEqual(20);
      // Wide, as few runs fit into some seconds of a busy machine.
      expect(low).toBeLessThan(0.2);
      expect(high).toBeGreaterThan(0.05);
      expect(target!.failures.map(({ message, state }) => `${message} ${state}`)).toContain('rare minimal');
      expect(output).toMatch(/flaky: failed \d+ of \d+ runs/);
      expect(code).toBe(1);
      if (run > 0) expect(flaky[0]!.id).toBe(id);
      id = flaky[0]!.id;
    }
    // An ordinary run neither replays it nor calls it fixed.
    const plain = await made.jest();
    expect(plain.output).not.toContain('is fixed');
  });
});
