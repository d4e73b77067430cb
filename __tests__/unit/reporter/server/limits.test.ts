import { describe, expect, test } from '@jest/globals';
import { cut, limitEvent, TEXT_LIMITS } from '../../../../reporter/server/limits';
import { failureEvent, notCollectedEvent, runEvent, targetEvent } from '../../web/events';

describe('cut', () => {
  test.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'abc… (1 more characters)'],
    ['ab😀d', 3, 'ab… (3 more characters)'],
    ['', 3, ''],
  ])('%j to %d', (text, limit, expected) => {
    expect(cut(text, limit)).toBe(expected);
  });
});

describe('limitEvent', () => {
  const long = 'x'.repeat(1_000_000);

  test('no event of the longest texts is longer than 150 kB', () => {
    const texts = { errorName: long, message: long, input: long, report: long, blob: long, replayCommand: long };
    const origin = { key: long, errorClass: long, place: null };
    const events = [
      failureEvent('f', 't', { ...texts, origin }),
      targetEvent('t', { detail: long }),
      notCollectedEvent('a.test.ts', { reason: long }),
      { type: 'notice', notice: { id: 'n', level: 'info', message: long, at: 0 } } as const,
    ];
    for (const event of events) expect(JSON.stringify(limitEvent(event)).length).toBeLessThan(150_000);
  });

  test('a blob or a command is whole or absent', () => {
    const limited = limitEvent(failureEvent('f', 't', { blob: long, replayCommand: 'npx jest' }));
    expect(limited).toMatchObject({ failure: { blob: '', replayCommand: 'npx jest' } });
    const fits = 'x'.repeat(TEXT_LIMITS.blob);
    expect(limitEvent(failureEvent('f', 't', { blob: fits }))).toMatchObject({ failure: { blob: fits } });
  });

  test('short events are as they were', () => {
    for (const event of [failureEvent('f', 't'), targetEvent('t'), runEvent(), notCollectedEvent('a.test.ts')]) {
      expect(limitEvent(event)).toEqual(event);
    }
  });
});
