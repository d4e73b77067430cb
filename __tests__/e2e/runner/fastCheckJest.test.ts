import { describe, expect, jest, test } from '@jest/globals';
import { makeProjects } from './project';

jest.setTimeout(60_000);

const project = makeProjects();

const PROP = `const { test, fc } = require('@fast-check/jest');\n`;

describe('tests of @fast-check/jest', () => {
  test('what only fuzzing finds is in the results of Jest, under the name with the seed', async () => {
    const made = project({
      // One ordinary run, so that the test passes before it is fuzzed.
      'prop.test.js': `${PROP}
test.prop([fc.nat()], { numRuns: 1 })('rare', (n) => { expect(n === 4242424).toBe(false); });
test.prop([fc.nat()])('common', () => {});`,
    });
    const json = await made.fuzz(['--json'], { FUZZ_FOR: '8s', FUZZ_STOP_ON_FAILURE: '1', FUZZ_WORKERS: '1' });
    const results = JSON.parse(json.stdout) as {
      testResults: { assertionResults: { title: string; status: string; failureMessages: string[] }[] }[];
    };
    const tests = results.testResults[0]!.assertionResults;
    expect(tests.map(({ title, status }) => [title.replace(/-?\d+/, 'N'), status])).toEqual([
      ['rare (with seed=N)', 'failed'],
      ['common (with seed=N)', 'passed'],
    ]);
    expect(tests[0]!.failureMessages.join()).toContain('Counterexample: [4242424]');
    expect(json.stderr).toContain('1 distinct failure');
    expect(json.code).toBe(1);
  });

  test('their inputs are limited by the limit of Jest, although the tests have none', async () => {
    const made = project({
      'limit.test.js': `${PROP}
test.prop([fc.nat()], { numRuns: 1 })('hangs', (n) => { if (n === 4242424) for (;;); }, 1000);
test.prop([fc.nat()], { numRuns: 1 })('waits', (n) => n === 4242424 ? new Promise(() => {}) : undefined, 1000);`,
    });
    const { output, report, code } = await made.fuzzReport([], { FUZZ_FOR: '8s' });
    const found = report.targets.flatMap(({ testName, failures }) =>
      failures.map(({ kind, input }) => `${testName}: ${kind} ${input}`),
    );
    expect(found.sort()).toEqual(['hangs: hang [4242424]', 'waits: error [4242424]']);
    expect(output).not.toContain('TimeoutOverflowWarning');
    expect(code).toBe(1);
  });
});
