import { describe, expect, test } from '@jest/globals';
import { replayCommand } from '../../../../runner/replay/replayCommand';
import { isForFile, isForProperty, parseReplayToken, replayToken } from '../../../../runner/replay/replayToken';
import { RequestedReplay } from '../../../../runner/ordinary/requestedReplay';
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

test('an input of a newer version is told as such', () => {
  expect(() => parseReplayToken(TOKEN.replace('fz1', 'fz2'))).toThrow('starts with "fz1-"');
});

test('a command holds the input, unless it is too long for a shell', () => {
  expect(replayCommand('tests/a.test.ts', 'outer t', TOKEN)).toBe(
    `FUZZ_REPLAY=${TOKEN} npx jest 'tests/a\\.test\\.ts' -t '^outer t'`,
  );
  expect(replayCommand('a', 't', 'x'.repeat(3000))).toBe(`npx jest a -t '^t'`);
});

describe('what is asked for', () => {
  test('is given to its property only, and then the file is done', () => {
    const replay = new RequestedReplay(TOKEN, 'tests/a.test.ts');
    expect(replay.inputFor('outer t', 0)).toBeNull();
    expect(replay.inputFor('outer t', 1)).toMatchObject({ blob: BLOB });
    expect(() => replay.finish()).not.toThrow();
  });

  test('is an error when its file has run without it', () => {
    const replay = new RequestedReplay(TOKEN, 'tests/a.test.ts');
    replay.inputFor('outer u', 1);
    expect(() => replay.finish()).toThrow(/FUZZ_REPLAY was not replayed.*"outer u" \(call 2\) ran/);
  });

  test('is nothing to other files, or when nothing is asked for', () => {
    const other = new RequestedReplay(TOKEN, 'tests/b.test.ts');
    expect(other.inputFor('outer t', 1)).toBeNull();
    expect(() => other.finish()).not.toThrow();
    const none = new RequestedReplay('', 'tests/a.test.ts');
    expect(none.inputFor('outer t', 1)).toBeNull();
    expect(() => none.finish()).not.toThrow();
  });

  test('fails each property when it cannot be read', () => {
    const damaged = new RequestedReplay('fz1-A', 'tests/a.test.ts');
    expect(() => damaged.inputFor('outer t', 1)).toThrow('Expected FUZZ_REPLAY to be a replay blob');
  });
});
