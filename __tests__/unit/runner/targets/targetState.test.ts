import { expect, test } from '@jest/globals';
import { TargetState } from '../../../../runner/targets/targetState';
import type { FoundEntry } from '../../../../runner/channel/messages';

const found = { id: 'a', file: 'a', testName: 'a', fullName: 'a', titles: ['a'], ordinal: 0, inputTimeoutMs: 1000 };
const entry = (byte: number): FoundEntry => ({ key: `k${byte}`, choices: Uint8Array.of(byte), behaviors: [] });

test('a life of a thread is given each entry of others once, and follows up what was there before it', () => {
  const target = new TargetState(found, 'a.test.js', 'project');
  const given = (life: string, limit = 100): [number, boolean][] =>
    target.entries.importsFor(life, limit).map(({ choices, isFollowed }) => [choices[0]!, isFollowed]);
  target.entries.add(entry(1), null);
  target.entries.add(entry(2), 'thread 1, life 0');
  target.entries.add(entry(3), null);
  // What a thread that has died had found is nobody's, and more than is given at once comes with the next slice.
  expect(given('thread 1, life 1', 2)).toEqual([
    [1, false],
    [2, false],
  ]);
  target.entries.add(entry(4), 'thread 1, life 1');
  target.entries.add(entry(5), 'thread 2, life 0');
  expect(given('thread 1, life 1')).toEqual([
    [3, false],
    [5, true],
  ]);
  expect(given('thread 1, life 1')).toEqual([]);
});
