import { describe, expect, test } from '@jest/globals';
import { countChoices } from '../../../../src/choice/choices';
import { toBlob } from '../../../../src/choice/encoding';
import { mergeFailedAgain, mergeFound, mergePassed } from '../../../../src/database/merge/mergeFailure';
import type { FailureSnapshot } from '../../../../src/protocol/failure';
import { choices } from '../../choice/notation';
import { sampleFailure } from '../samples';

/**
 * Applies events to a failure last seen at 200: `+300` failed at 300, `-300` passed at 300. Returns
 * `state lastSeenAt fixedAt`.
 */
function after(events: string): string {
  let failure: FailureSnapshot = sampleFailure();
  for (const event of events.split(' ')) {
    const at = Math.abs(Number(event));
    failure = event.startsWith('-') ? mergePassed(failure, at) : mergeFailedAgain(failure, at);
  }
  return `${failure.state} ${failure.lastSeenAt} ${failure.fixedAt}`;
}

describe('a failure', () => {
  test.each([
    ['-300', 'fixed 200 300'],
    ['-300 -400', 'fixed 200 300'],
    ['-100', 'minimal 200 null'],
    ['-200', 'minimal 200 null'],
    ['+300', 'minimal 300 null'],
    ['-300 +400', 'found 400 null'],
    ['-300 +400 -500', 'fixed 400 500'],
    // Late.
    ['-300 +250', 'fixed 250 300'],
    ['+400 -300', 'minimal 400 null'],
    // Twice.
    ['-300 +400 -500 -300 +400 -500', 'fixed 400 500'],
    ['-300 +400 -300 +400', 'found 400 null'],
  ])('after %s is %s', (events, expected) => {
    expect(after(events)).toBe(expected);
  });

  test('found again with a simpler input takes that, and keeps who found it first', () => {
    const found = sampleFailure({
      choices: 1,
      input: '[0]',
      state: 'found',
      foundBy: 'jest',
      host: 'two',
      firstSeenAt: 300,
      lastSeenAt: 300,
      minimalAt: null,
    });
    const merged = mergeFound(sampleFailure(), found);
    expect(merged).toEqual({ ...found, foundBy: 'fuzz', host: 'one', firstSeenAt: 100 });
    expect(mergeFound(merged, found)).toEqual(merged);
  });

  test('found again with an input that is not simpler keeps its own', () => {
    const found = sampleFailure({ choices: 2, input: '[9,9]', state: 'found', lastSeenAt: 300, firstSeenAt: 300 });
    expect(mergeFound(sampleFailure(), found)).toEqual(sampleFailure({ lastSeenAt: 300 }));
  });

  test('found with as many choices keeps the simpler ones, in either order', () => {
    const blobOf = (...values: number[]): string => toBlob({ biased: false, values, forks: [] });
    const [simple, other] = [blobOf(3, 900), blobOf(4, 1)].map((blob) => sampleFailure({ choices: 2, blob }));
    expect(mergeFound(simple!, other!).blob).toBe(simple!.blob);
    expect(mergeFound(other!, simple!).blob).toBe(simple!.blob);
    const unreadable = sampleFailure({ choices: 2, blob: 'fz9-AAAA' });
    expect(mergeFound(unreadable, other!).blob).toBe(other!.blob);
    expect(mergeFound(other!, unreadable).blob).toBe(other!.blob);
  });

  test('found with a text keeps that, although it has more choices', () => {
    const [word, text, old] = ['1 0', '0 [2 65 66]', '0 2 65 66'].map((input) => {
      const sequence = choices(input);
      return sampleFailure({ choices: countChoices(sequence), blob: toBlob(sequence) });
    });
    expect(mergeFound(word!, text!).blob).toBe(text!.blob);
    expect(mergeFound(text!, word!).blob).toBe(text!.blob);
    // One that was stored before texts were.
    expect(mergeFound(old!, text!).blob).toBe(text!.blob);
    expect(mergeFound(old!, word!).blob).toBe(word!.blob);
  });

  test('that was fixed and is found again is not fixed', () => {
    const fixed = sampleFailure({ state: 'fixed', fixedAt: 300 });
    const found = (at: number): FailureSnapshot => sampleFailure({ state: 'found', firstSeenAt: at, lastSeenAt: at });
    expect(mergeFound(fixed, found(400))).toMatchObject({ state: 'found', fixedAt: null, lastSeenAt: 400 });
    expect(mergeFound(fixed, found(250))).toMatchObject({ state: 'fixed', fixedAt: 300 });
  });
});
