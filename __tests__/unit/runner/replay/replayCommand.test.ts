import { expect, test } from '@jest/globals';
import { replayCommand } from '../../../../runner/replay/replayCommand';

test('replay commands are quoted for a shell, and names for a pattern', () => {
  expect(replayCommand('a/b.test.ts', "it's (a) test")).toBe(`npx jest 'a/b\\.test\\.ts' -t '^it'\\''s \\(a\\) test'`);
  expect(replayCommand('a/b', 'x\u001b[31my')).not.toContain('\u001b');
});

test('a word that a shell takes as it is has no quotes', () => {
  expect(replayCommand('src/a_b', 'x')).toBe("npx jest src/a_b -t '^x'");
});

test.each<[string, number, boolean]>([
  ['the longest input', 2000, true],
  ['a longer one', 2001, false],
])('%s is in the command: of %d characters %s', (_name, length, isIn) => {
  const token = 'x'.repeat(length);
  const command = replayCommand('a', 't', token);
  expect(command).toBe(isIn ? `FUZZ_REPLAY=${token} npx jest a -t '^t'` : `npx jest a -t '^t'`);
});

test('the pattern matches the name with the seed of @fast-check/jest', () => {
  const [, pattern = ''] = /-t '(.*)'$/.exec(replayCommand('a', 'adds [a, b] (1+1)')) ?? [];
  expect('adds [a, b] (1+1) (with seed=-5)').toMatch(new RegExp(pattern));
  expect('it adds [a, b] (1+1)').not.toMatch(new RegExp(pattern));
});
