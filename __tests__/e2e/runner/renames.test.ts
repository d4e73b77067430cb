import { describe, expect, jest, test } from '@jest/globals';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { FailureSnapshot } from '../../../src/protocol/failure';
import { makeProjects, type Project } from './project';

jest.setTimeout(480_000);

const project = makeProjects();

const FC = `const fc = require('fast-check');\nconst { check } = require('./check');\n`;
/** Found only with luck or by watching comparisons, as the second of two numbers has to fit the first one. */
const CHECK = `exports.check = (n, text) => {
  if (n > 7 && text.startsWith('abc')) globalThis.reached = 1;
  if (n === 4242424 && text.length === 2) throw new RangeError('rare');
};\n`;
const PROPERTY = `() => { fc.assert(fc.property(fc.nat(), fc.string(), (n, text) => { check(n, text); })); }`;
/** Another test with other arguments, which stays what it is. */
const OTHER = `test('other', () => { fc.assert(fc.property(fc.boolean(), (b) => { expect(typeof b).toBe('boolean'); })); });\n`;
const FILES = { 'check.js': CHECK, 'a.test.js': `${FC}${OTHER}test('first name', ${PROPERTY});\n` };
const OLD = 'a.test.js :: first name :: 0';

async function fuzzed(): Promise<Project> {
  const made = project(FILES);
  const { output } = await made.fuzz([], { FUZZ_FOR: '60s', FUZZ_STOP_ON_FAILURE: '1', FUZZ_WORKERS: '1' });
  if (!output.includes('[4242424,')) throw new Error(`Expected the failure to be found, but:\n${output}`);
  return made;
}

interface TargetStats {
  readonly targetId: string;
  readonly corpusEntries: number;
  readonly failures: Record<string, number>;
}

async function statsOf(made: Project): Promise<Map<string, TargetStats>> {
  const { stdout } = await made.command(['stats', '--json']);
  const { targets } = JSON.parse(stdout) as { targets: TargetStats[] };
  return new Map(targets.map((target) => [target.targetId, target]));
}

type Reported = Pick<FailureSnapshot, 'id' | 'input' | 'history' | 'firstSeenAt'>;

/** A short run: the failure is known by its history, however quickly it might be found again. */
async function failureAfterRun(made: Project, targetId: string): Promise<Reported> {
  const { report, output } = await made.fuzzReport([], { FUZZ_FOR: '2s', FUZZ_WORKERS: '1' });
  const failures = report.targets.filter(({ id }) => id === targetId).flatMap((target) => target.failures);
  if (failures.length !== 1) throw new Error(`Expected one failure of ${targetId}, but:\n${output}`);
  return failures[0] as unknown as Reported;
}

const CASES: [string, string, (made: Project) => void][] = [
  [
    'has another name',
    'a.test.js :: second name :: 0',
    (made) => made.write({ 'a.test.js': `${FC}${OTHER}test('second name', ${PROPERTY});\n` }),
  ],
  [
    'is in a describe block',
    'a.test.js :: outer first name :: 0',
    (made) =>
      made.write({ 'a.test.js': `${FC}${OTHER}describe('outer', () => { test('first name', ${PROPERTY}); });\n` }),
  ],
  [
    'is in another file',
    'b.test.js :: first name :: 0',
    (made) => fs.renameSync(path.join(made.folder, 'a.test.js'), path.join(made.folder, 'b.test.js')),
  ],
  [
    'comes after another property of the same test',
    'a.test.js :: first name :: 1',
    (made) =>
      made.write({
        'a.test.js': `${FC}${OTHER}test('first name', () => {
  fc.assert(fc.property(fc.date(), (d) => { expect(d).toBeInstanceOf(Date); }));
  (${PROPERTY})();
});\n`,
      }),
  ],
];

describe('a failing test that', () => {
  test.each(CASES)('%s keeps its failure and its corpus', async (_name, targetId, change) => {
    const made = await fuzzed();
    const before = (await statsOf(made)).get(OLD)!;
    expect(before.failures).toEqual({ minimal: 1 });
    change(made);

    // An ordinary run, before any fuzzer knows of it.
    const plain = await made.jest();
    expect(plain.output).toContain('Counterexample: [4242424,');
    expect(plain.output).toMatch(
      /Replayed by fuzz-runner: it was saved for "first name"( in a\.test\.js)?, which may be this property before an edit|found by fuzz-runner on/,
    );
    expect(plain.code).toBe(1);

    const failure = await failureAfterRun(made, targetId);
    expect(failure.history!.map(({ event, detail }) => [event, detail])).toContainEqual(['moved', `from ${OLD}`]);
    expect(failure.history![0]).toMatchObject({ event: 'minimal' });
    const after = await statsOf(made);
    expect(after.get(targetId)!.failures).toEqual({ minimal: 1 });
    expect(after.get(targetId)!.corpusEntries).toBeGreaterThanOrEqual(before.corpusEntries);
    expect(after.get(OLD)!.failures).toEqual({ expired: 1 });
    // From here on it is a failure like others.
    const own = await made.jest();
    expect(own.output).toContain('Replayed by fuzz-runner: found by fuzz-runner on');
    expect(own.code).toBe(1);
  });

  test('is named as before again takes its failure back', async () => {
    const made = await fuzzed();
    made.write({ 'a.test.js': `${FC}${OTHER}describe('outer', () => { test('first name', ${PROPERTY}); });\n` });
    await failureAfterRun(made, 'a.test.js :: outer first name :: 0');
    made.write(FILES);
    const failure = await failureAfterRun(made, OLD);
    expect(failure.history!.map(({ detail }) => detail)).toContain('from a.test.js :: outer first name :: 0');
    expect((await statsOf(made)).get('a.test.js :: outer first name :: 0')!.failures).toEqual({ expired: 1 });
  });

  test('gets one more argument keeps its failure', async () => {
    const made = await fuzzed();
    made.write({
      'a.test.js': FILES['a.test.js'].replace('fc.string(), (n, text)', 'fc.string(), fc.boolean(), (n, text)'),
    });
    const plain = await made.jest();
    expect(plain.output).toContain('Counterexample: [4242424,');
    expect(plain.code).toBe(1);
    const failure = await failureAfterRun(made, OLD);
    expect(failure.input).toMatch(/^\[4242424,".{2}",false\]$/);
    expect(failure.history![0]).toMatchObject({ event: 'minimal' });
    expect((await made.jest()).code).toBe(1);
  });

  test('gets other arguments is not called fixed by an ordinary run', async () => {
    const made = await fuzzed();
    made.write({
      'a.test.js': FILES['a.test.js'].replace('fc.nat(), fc.string(), (n, text)', 'fc.nat(9), fc.string(), (n, text)'),
    });
    expect((await made.jest()).code).toBe(0);
    // It was not this input that passed.
    made.write(FILES);
    expect((await made.jest()).code).toBe(1);
  });
});
