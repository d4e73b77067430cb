import { expect, test } from '@jest/globals';
import { isForFile, isForProperty, parseReplayToken, replayToken } from '../../../../runner/replay/replayToken';
import { toBlob } from '../../../../src/choice/encoding';

const choices = { values: [1, -5, 3n], forks: [{ values: [2], forks: [] }], biased: true };
const BLOB = toBlob(choices);
const TOKEN = replayToken(BLOB, 'tests/a.test.ts', 'outer t', 1);

test('what is written is read, wherever the root is', () => {
  const token = parseReplayToken(` ${TOKEN}\n`);
  expect(token).toMatchObject({ choices, blob: BLOB });
  for (const file of ['tests/a.test.ts', 'packages/one/tests/a.test.ts', 'a.test.ts']) {
    expect([isForFile(token, file), isForProperty(token, file, 'outer t', 1)]).toEqual([true, true]);
  }
  expect(isForFile(token, 'tests/b.test.ts')).toBe(false);
  expect(isForProperty(token, 'tests/a.test.ts', 'outer t', 0)).toBe(false);
  expect(isForProperty(token, 'tests/a.test.ts', 'outer', 1)).toBe(false);
  expect(isForProperty(token, 'tests/b.test.ts', 'outer t', 1)).toBe(false);
});

test.each(['x', BLOB, `${TOKEN}0`, TOKEN.slice(0, -1), TOKEN.slice(4), TOKEN.replace('fz1-', 'fz1-$')])(
  '%s is refused',
  (text) => {
    expect(() => parseReplayToken(text)).toThrow('Copy the whole replay command');
  },
);

test('an input of a newer version has its own error', () => {
  expect(() => parseReplayToken(TOKEN.replace('fz1', 'fz2'))).toThrow('starts with "fz1-"');
});
