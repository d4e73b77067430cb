import { describe, expect, test } from '@jest/globals';
import { isMoved } from '../../../src/failure/moved';
import { isLateErrorOrigin, lateErrorOrigin } from '../../../src/failure/lateErrorOrigin';

const thrown = { key: 'TypeError at a.js:2:9', errorClass: 'TypeError', place: null };

describe('the origin of an error that nobody caught', () => {
  test('is marked, and another one than that of the same error thrown', () => {
    const found = lateErrorOrigin('unhandled rejection', thrown);
    expect(found).toEqual({
      key: 'unhandled rejection: TypeError at a.js:2:9',
      errorClass: 'unhandled rejection: TypeError',
      place: null,
    });
    expect([isLateErrorOrigin(found.key), isLateErrorOrigin(thrown.key)]).toEqual([true, false]);
    expect(isLateErrorOrigin(lateErrorOrigin('uncaught exception', thrown).key)).toBe(true);
    expect(isMoved(thrown, found)).toBe(false);
  });

  test('moves with its lines', () => {
    const moved = lateErrorOrigin('unhandled rejection', { ...thrown, key: 'TypeError at a.js:7:9' });
    expect(isMoved(lateErrorOrigin('unhandled rejection', thrown), moved)).toBe(true);
  });
});
