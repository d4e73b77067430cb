import { expect, test } from '@jest/globals';
import { EntryLog } from '../../../../runner/targets/entryLog';
import type { FoundEntry } from '../../../../runner/channel/messages';

const entry = (byte: number): FoundEntry => ({ key: `k${byte}`, choices: Uint8Array.of(byte), behaviors: [] });

test('a worker life is given each entry of other lives once, and follows up entries that are older than itself', () => {
  const log = new EntryLog();
  const given = (life: string, limit = 100): [number, boolean][] =>
    log.importsFor(life, limit).map(({ choices, isFollowed }) => [choices[0]!, isFollowed]);
  log.add(entry(1), null);
  log.add(entry(2), 'thread 1, life 0');
  log.add(entry(3), null);
  // The life that found entry 2 is over, so this one follows it up. Entries beyond the limit come with the next slice.
  expect(given('thread 1, life 1', 2)).toEqual([
    [1, false],
    [2, false],
  ]);
  log.add(entry(4), 'thread 1, life 1');
  log.add(entry(5), 'thread 2, life 0');
  expect(given('thread 1, life 1')).toEqual([
    [3, false],
    [5, true],
  ]);
  expect(given('thread 1, life 1')).toEqual([]);
});
