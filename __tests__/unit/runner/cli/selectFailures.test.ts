import { describe, expect, test } from '@jest/globals';
import { selectFailures } from '../../../../runner/cli/selectFailures';
import type { FailureSnapshot } from '../../../../src/protocol/failure';
import { sampleFailure } from '../../database/samples';

function one(id: string, over: Partial<FailureSnapshot> = {}): FailureSnapshot {
  return sampleFailure({ id, ...over });
}

const place = { file: 'a.ts', line: 1, column: 2, functionName: null };

describe('the selected failures', () => {
  const all = [
    one('big', { choices: 9, origin: { key: 'E at a', errorClass: 'E', place }, targetId: 'a.js :: x :: 0' }),
    one('small', { choices: 2, origin: { key: 'E at a', errorClass: 'E', place }, targetId: 'a.js :: y :: 0' }),
    one('false1', { origin: { key: 'returned false', errorClass: '', place: null }, targetId: 'a.js :: x :: 0' }),
    one('false2', { origin: { key: 'returned false', errorClass: '', place: null }, targetId: 'a.js :: y :: 0' }),
    one('flaky', { state: 'flaky', testName: 'other' }),
    one('fixed', { state: 'fixed' }),
    one('hang', { kind: 'hang', file: 'b.test.ts' }),
  ];
  const check = (wanted: string | null, isMinimalCovering: boolean, taken: string[], skipped: string[]): void => {
    const selected = selectFailures(all, { failure: wanted, isMinimalCovering });
    expect(selected.failures.map(({ id }) => id).sort()).toEqual(taken.sort());
    expect(selected.skipped.map(({ failure }) => failure.id).sort()).toEqual(skipped.sort());
  };

  test('all are those that fail each time and end nothing', () => {
    check(null, false, ['big', 'small', 'false1', 'false2'], ['flaky', 'hang']);
  });

  test('a covering set has one of each bug, the simplest', () => {
    check(null, true, ['small', 'false1', 'false2'], ['flaky', 'hang']);
  });

  test('an id is taken whatever its state, a pattern is not', () => {
    check('hang', false, ['hang'], []);
    check('fixed', true, ['fixed'], []);
    check('b.test.ts', false, [], ['hang']);
    check('oth[a-e]r$', false, [], ['flaky']);
    check('add (commutes', false, [], []);
    check('nothing', false, [], []);
  });
});

test('failures come by target, the simplest of each first, and keep the reason why others are skipped', () => {
  const { failures, skipped } = selectFailures(
    [
      one('b', { file: 'b.ts', targetId: 'b.ts :: x :: 0' }),
      one('a large', { file: 'a.ts', targetId: 'a.ts :: x :: 0', choices: 9 }),
      one('a small', { file: 'a.ts', targetId: 'a.ts :: x :: 0', choices: 1 }),
      one('hangs', { kind: 'hang' }),
    ],
    { failure: null, isMinimalCovering: false },
  );
  expect(failures.map(({ id }) => id)).toEqual(['a small', 'a large', 'b']);
  expect(skipped.map(({ reason }) => reason)).toEqual(['its input ends the process that runs it (hang)']);
});
