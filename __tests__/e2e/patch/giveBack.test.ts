import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, jest, test } from '@jest/globals';
import { DIST, makeProjects, type Finished, type Project } from '../runner/project';

jest.setTimeout(120_000);

const BIN = path.join(DIST, 'runner', 'bin.js');

const project = makeProjects();

/** `npx fuzz-runner …` in a project. */
function command(made: Project, ...words: string[]): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...words], {
    cwd: made.folder,
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}

/** Runs plain Jest with what a printed replay command sets. */
function replay(made: Project, printed: string, env: Readonly<Record<string, string>> = {}): Promise<Finished> {
  const [, token, rest] = /^FUZZ_REPLAY=(\S+) npx jest (.*)$/m.exec(printed) ?? [];
  if (token === undefined || rest === undefined) throw new Error(`No replay command in:\n${printed}`);
  const words = [...rest.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
  return made.jest(words, { FUZZ_REPLAY: token, ...env });
}

const SHAPES = `export interface Shape { readonly name: string; readonly size: number }
export function area({ name, size }: Shape): number {
  if (name === 'square' && size > 10) throw new RangeError('too large');
  if (name.startsWith('ci')) throw new TypeError('no circles');
  return size * size;
}
`;

const TEST = `import fc from 'fast-check';
import { area, type Shape } from './shapes';

describe('area', () => {
  it('is a number', () => {
    fc.assert(
      fc.property(fc.record({ name: fc.string(), size: fc.nat(100) }, { noNullPrototype: true }), (shape: Shape) => {
        expect(typeof area(shape)).toBe('number');
      }),
    );
  });
});
`;

const CONFIG_TS = (setup: string): string => `module.exports = {
  transform: { '\\\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }] },
  setupFilesAfterEnv: [${setup}],
};
`;

/** The choices of 123456789 from `fc.nat()`. */
const NEEDLE = 'fz1-AQAB1Oi86wEA';

const SETUP = JSON.stringify(path.join(DIST, 'runner', 'setup.js'));

describe('failures of a fuzz run', () => {
  const files = { 'shapes.ts': SHAPES, 'area.test.ts': TEST, 'jest.config.js': CONFIG_TS(SETUP) };
  let fuzzed: Project;
  test('are told with a replay command that works without the database', async () => {
    fuzzed = project(files);
    const { output } = await fuzzed.fuzz([], { FUZZ_FOR: '6s', FUZZ_WORKERS: '1' });
    expect(output).toContain('2 distinct failures');
    const commands = output.match(/FUZZ_REPLAY=.*/g)!;
    expect(commands).toHaveLength(2);

    // Another machine: the same files in another folder, and no database.
    const other = project(files);
    const seen: string[] = [];
    for (const one of commands) {
      const { code, output: report } = await replay(other, one);
      expect(code).toBe(1);
      expect(report).toContain('from FUZZ_REPLAY');
      expect(report).not.toContain('no longer fits');
      seen.push(/Counterexample: (.*)/.exec(report)![1]!);
    }
    expect(seen.sort()).toEqual(['[{"name":"ci","size":0}]', '[{"name":"square","size":11}]']);

    // Fixed.
    other.write({ 'shapes.ts': 'export const area = () => 1;\nexport interface Shape {}\n' });
    const fixed = await replay(other, commands[0]);
    expect(fixed.code).toBe(0);
    expect(fixed.output).toContain('FUZZ_REPLAY passes: "area is a number" holds for [{');

    // The test has changed: said, and not passed.
    other.write({ 'area.test.ts': TEST.replace('fc.string()', 'fc.constantFrom("a", "b", "c")') });
    const changed = await replay(other, commands[0]);
    expect(changed.code).toBe(1);
    expect(changed.output).toContain('FUZZ_REPLAY no longer fits the arbitraries of this property');
    other.write({ 'area.test.ts': TEST.replace("it('is", "it('is a number, and is") });
    const renamed = await replay(other, commands[0]);
    expect(renamed.code).toBe(1);
    expect(renamed.output).toContain('no property that ran in area.test.ts matches this replay token');
    const damaged = await other.jest([], { FUZZ_REPLAY: 'fz1-AQ' });
    expect(damaged.code).toBe(1);
    expect(damaged.output).toContain('Expected FUZZ_REPLAY to be a replay blob');
  });

  test('become a patch, with which plain Jest and plain fast-check fail', async () => {
    const { code, stdout, stderr } = command(fuzzed, 'patch');
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('2 failing inputs as examples') });
    expect(stdout).toBe(`--- a/area.test.ts
+++ b/area.test.ts
@@ -7,6 +7,7 @@
       fc.property(fc.record({ name: fc.string(), size: fc.nat(100) }, { noNullPrototype: true }), (shape: Shape) => {
         expect(typeof area(shape)).toBe('number');
       }),
+      { examples: [[{ name: 'ci', size: 0 }], [{ name: 'square', size: 11 }]] },
     );
   });
 });
`);
    const one = command(fuzzed, 'patch', '--minimal-covering', '--failure', 'area is', '--output', 'one.patch');
    expect({ code: one.code, stdout: one.stdout }).toEqual({ code: 0, stdout: '' });
    expect(fuzzed.read('one.patch')).toBe(stdout);
    expect(command(fuzzed, 'patch', '--failure', 'unknown')).toMatchObject({ code: 1, stdout: '' });

    const plain = project({ ...files, 'jest.config.js': CONFIG_TS('') });
    expect((await plain.jest()).code).toBe(0);
    execFileSync('git', ['apply', '-'], { cwd: plain.folder, input: stdout });
    const failed = await plain.jest();
    expect(failed.code).toBe(1);
    expect(failed.output).toContain('Counterexample: [{"name":"ci","size":0}]');
  });

  test('are promoted to a text that is replayed without a database', async () => {
    const { code, stdout } = command(fuzzed, 'promote');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'fuzz-corpus/area.test.ts.json: 2 added, 2 in all\n' });
    expect(command(fuzzed, 'promote').stdout).toBe('fuzz-corpus/area.test.ts.json: 0 added, 2 in all\n');
    const corpus = fuzzed.read('fuzz-corpus/area.test.ts.json');
    expect(JSON.parse(corpus)).toEqual({
      version: 1,
      inputs: [
        expect.objectContaining({ test: 'area is a number', ordinal: 0, input: '[{"name":"ci","size":0}]' }),
        expect.objectContaining({ error: 'RangeError: too large', choices: expect.stringMatching(/^fz1-/) }),
      ],
    });
    const ci = project({ ...files, 'fuzz-corpus/area.test.ts.json': corpus });
    const failed = await ci.jest();
    expect(failed.code).toBe(1);
    expect(failed.output).toContain(`Replayed by fuzz-runner from ${path.join('fuzz-corpus', 'area.test.ts.json')}`);
    expect(failed.output).toContain('Counterexample: [{"name":"ci","size":0}]');
    expect(failed.output).toContain('2 distinct failures of this property.');
    expect(failed.output).toContain('RangeError: too large');
    // Nothing of it becomes news in a database.
    expect(fs.existsSync(path.join(ci.folder, '.fuzz-runner'))).toBe(false);

    ci.write({ 'shapes.ts': 'export const area = () => 1;\nexport interface Shape {}\n' });
    expect((await ci.jest()).code).toBe(0);
    ci.write({ 'fuzz-corpus/area.test.ts.json': '{' });
    const damaged = await ci.jest();
    expect(damaged.code).toBe(0);
    expect(damaged.output).toContain('area.test.ts.json is not replayed');
  });
});

test('fuzzing starts from committed inputs', async () => {
  const made = project({
    'needle.test.js': `const fc = require('fast-check');
const { createHash } = require('node:crypto');
test('needle', () => { fc.assert(fc.property(fc.nat(), (n) => {
  if (createHash('sha1').update(String(n)).digest('hex') === 'f7c3bc1d808e04732adf679965ccc34ca7ae3441') throw new Error('found');
})); });
`,
    'fuzz-corpus/needle.test.js.json': JSON.stringify({
      version: 1,
      inputs: [{ test: 'needle', ordinal: 0, input: '[123456789]', error: 'Error: found', choices: NEEDLE }],
    }),
  });
  const { report } = await made.fuzzReport([], { FUZZ_FOR: '30s', FUZZ_STOP_ON_FAILURE: '1', FUZZ_WORKERS: '1' });
  expect(report.targets[0]!.failures).toEqual([expect.objectContaining({ input: '[123456789]', message: 'found' })]);
});

test('a failure of an ordinary run is told with its replay command, and can be patched', async () => {
  const made = project({
    'sum.test.js': `const fc = require('fast-check');
test('sums', () => { fc.assert(fc.property(fc.integer(), fc.func(fc.nat()), (n) => n < 1000)); });
test('waits', async () => { await fc.assert(fc.asyncProperty(fc.nat(), async (n) => { await null; if (n > 5) throw new Error('big'); })); });
`,
  });
  const { output } = await made.jest();
  const commands = output.match(/FUZZ_REPLAY=.*/g)!.map((line) => stripVTControlCharacters(line));
  const other = project({ 'sum.test.js': made.read('sum.test.js') });
  const replayed = await replay(
    other,
    commands.find((line) => line.includes('^sums'))!,
  );
  expect(replayed.code).toBe(1);
  expect(replayed.output).toContain('Counterexample: [1000,');
  const { code, stdout, stderr } = command(made, 'patch');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\+test\('waits'.*\}\), \{ examples: \[\[\d+\]\] \}\); \}\);$/m);
  expect(stderr).toMatch(/No example for "sums".*cannot be written as source text: the input\[1\] is a function/);
  expect(stderr).toContain('Replay it: FUZZ_REPLAY=fz1-');
});

test('a command without a database says so and makes none', () => {
  const made = project({});
  for (const word of ['patch', 'promote']) {
    const { code, stderr } = command(made, word);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('There are no saved failures') });
  }
  expect(fs.existsSync(path.join(made.folder, '.fuzz-runner'))).toBe(false);
  expect(command(made, 'patch', 'word').stderr).toContain('does not know word');
});
