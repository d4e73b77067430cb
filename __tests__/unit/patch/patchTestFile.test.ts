import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseTestFile } from '../../../runner/cli/parseTestFile';
import { patchTestFile, type Example } from '../../../src/patch/patchTestFile';
import { PATCHED, REFUSED } from './cases';
import { evaluate, runTestFile } from './runTestFile';

const FIXTURES = path.join(__dirname, '..', '..', 'fixtures', 'patch');

const read = (file: string): string => fs.readFileSync(path.join(FIXTURES, file), 'utf8');

/** Parameters under which a property is run as it is by plain fast-check; the counterexample is not shrunk. */
function plain(seen: unknown[]): Readonly<Record<string, unknown>> {
  return { seed: 1, endOnFailure: true, reporter: (details: unknown) => report(details, seen) };
}

function report(details: unknown, seen: unknown[]): void {
  const { failed, counterexample } = details as { failed: boolean; counterexample: unknown };
  if (!failed) return;
  seen.push(counterexample);
  throw new Error('the property failed');
}

let folder = '';
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-runner-patch-'));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

function gitApply(file: string, text: string, diff: string, cwd = folder): string {
  fs.mkdirSync(path.dirname(path.join(cwd, file)), { recursive: true });
  fs.writeFileSync(path.join(cwd, file), text);
  execFileSync('git', ['apply', '--whitespace=nowarn', '-'], { cwd, input: diff, stdio: ['pipe', 'pipe', 'pipe'] });
  return fs.readFileSync(path.join(cwd, file), 'utf8');
}

function lines(diff: string, sign: '+' | '-'): string[] {
  const header = sign.repeat(3);
  return diff.split('\n').filter((line) => line.startsWith(sign) && !line.startsWith(`${header} `));
}

test('the corpus is as large as it was meant to be', () => {
  expect(new Set(PATCHED.map(({ file }) => file)).size).toBeGreaterThanOrEqual(30);
  const used = new Set([...PATCHED, ...REFUSED].map(({ file }) => file));
  expect(fs.readdirSync(FIXTURES).filter((file) => !used.has(file))).toEqual([]);
});

describe.each(PATCHED)('$file', ({ file, example, removed }) => {
  const source = read(file);
  const { text, diff, included, refused } = patchTestFile(file, source, [{ id: 'x', ...example }], parseTestFile);

  test('applies with git apply', () => {
    expect({ included, refused }).toEqual({ included: ['x'], refused: [] });
    expect(gitApply(file, source, diff)).toBe(text);
  });

  test('touches only the added lines', () => {
    expect(lines(diff, '-')).toHaveLength(removed);
    const ends = source.includes('\r\n') ? '\r\n' : '\n';
    expect(text.replaceAll(ends, '')).not.toMatch(/[\r\n]/);
    // Nothing that was there is lost, but `undefined` where examples are now.
    const without = (whole: string): string => whole.replaceAll(/\s|undefined/g, '');
    expect(isSubsequence(without(source), without(text))).toBe(true);
  });

  test('plain fast-check passes before and fails on exactly that example after', async () => {
    const seen: unknown[] = [];
    const before = await runTestFile(file, source, plain(seen));
    expect({ results: [...before.values()], seen }).toMatchObject({ seen: [] });
    expect([...before].filter(([, error]) => error !== null)).toEqual([]);
    const after = await runTestFile(file, text, plain(seen));
    const failed = [...after].filter(([, error]) => error !== null).map(([name]) => name);
    expect(failed).toEqual([example.testName]);
    if (file !== 'second-call.ts') expect(seen).toEqual([evaluate(example.source)]);
  });

  test('is not patched a second time', () => {
    const again = patchTestFile(file, text, [{ id: 'x', ...example }], parseTestFile);
    expect({ diff: again.diff, included: again.included }).toEqual({ diff: '', included: ['x'] });
  });
});

test.each(REFUSED)('$file is refused: $reason', ({ file, example, reason }) => {
  const source = read(file);
  const { text, diff, included, refused } = patchTestFile(file, source, [{ id: 'x', ...example }], parseTestFile);
  expect({ text, diff, included }).toEqual({ text: source, diff: '', included: [] });
  expect(refused).toEqual([{ id: 'x', reason: expect.stringMatching(reason) }]);
});

describe('several examples', () => {
  const example = (id: string, testName: string, source: string): Example => ({ id, testName, ordinal: 0, source });

  test('of one call are one list; those of two calls are one diff', () => {
    const source = `import fc from 'fast-check';
test('a', () => {
  fc.assert(fc.property(fc.integer(), (n) => n < 5));
});
// 1
// 2
// 3
// 4
// 5
// 6
// 7
// 8
test('b', () => {
  fc.assert(
    fc.property(fc.string(), (s) => s.length < 5),
    {
      examples: [
        ['a'],
      ],
    },
  );
});
`;
    const examples = [example('1', 'a', '[5]'), example('2', 'b', '["bbbbb"]'), example('3', 'a', '[6]')];
    const { diff, text } = patchTestFile(
      'a b/ü.test.ts',
      source,
      [...examples, example('4', 'b', '["a"]')],
      parseTestFile,
    );
    expect(diff).toBe(String.raw`--- "a/a b/\303\274.test.ts"
+++ "b/a b/\303\274.test.ts"
@@ -1,6 +1,6 @@
 import fc from 'fast-check';
 test('a', () => {
-  fc.assert(fc.property(fc.integer(), (n) => n < 5));
+  fc.assert(fc.property(fc.integer(), (n) => n < 5), { examples: [[5], [6]] });
 });
 // 1
 // 2
@@ -16,6 +16,7 @@
     {
       examples: [
         ['a'],
+        ['bbbbb'],
       ],
     },
   );
`);
    expect(gitApply('a b/ü.test.ts', source, diff)).toBe(text);
  });

  test('apply from a folder inside of a repository, too', () => {
    const repository = path.join(folder, 'repository');
    const inner = path.join(repository, 'packages', 'one');
    fs.mkdirSync(inner, { recursive: true });
    execFileSync('git', ['init', '--quiet'], { cwd: repository });
    const source = read('added-line.ts');
    const { diff, text } = patchTestFile('tests/x y.ts', source, [example('1', 't', '[1]')], parseTestFile);
    expect(gitApply('tests/x y.ts', source, diff, inner)).toBe(text);
  });

  test('what fits is patched when something else is refused', () => {
    const source = read('added-line.ts');
    const examples = [example('1', 't', '[123456]'), example('2', 'unknown', '[1]')];
    const { included, refused } = patchTestFile('x.ts', source, examples, parseTestFile);
    expect(included).toEqual(['1']);
    expect(refused.map(({ id }) => id)).toEqual(['2']);
  });
});

function isSubsequence(part: string, whole: string): boolean {
  let at = 0;
  for (const char of part) {
    at = whole.indexOf(char, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
