import { describe, expect, test } from '@jest/globals';
import { isMoved } from '../../../src/failure/moved';
import { isStrayOrigin, strayOrigin } from '../../../src/failure/lateErrorOrigin';

const thrown = { key: 'TypeError at a.js:2:9', errorClass: 'TypeError', place: null };

describe('the origin of an error that nobody caught', () => {
  test('is marked, and another one than that of the same error thrown', () => {
    const found = strayOrigin('unhandled rejection', thrown);
    expect(found).toEqual({
      key: 'unhandled rejection: TypeError at a.js:2:9',
      errorClass: 'unhandled rejection: TypeError',
      place: null,
    });
    expect([isStrayOrigin(found.key), isStrayOrigin(thrown.key)]).toEqual([true, false]);
    expect(isStrayOrigin(strayOrigin('uncaught exception', thrown).key)).toBe(true);
    expect(isMoved(thrown, found)).toBe(false);
  });

  test('moves with its lines', () => {
    const moved = strayOrigin('unhandled rejection', { ...thrown, key: 'TypeError at a.js:7:9' });
    expect(isMoved(strayOrigin('unhandled rejection', thrown), moved)).toBe(true);
  });
});
