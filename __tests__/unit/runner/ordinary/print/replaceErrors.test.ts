import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { replaceErrors } from '../../../../../runner/ordinary/print/replaceErrors';

const HANDLERS = Symbol.for('EVENT_HANDLERS');
const realm = globalThis as Record<symbol, unknown>;
const real = realm[HANDLERS];
const handlers: ((event: object) => void)[] = [];
beforeEach(() => {
  handlers.length = 0;
  realm[HANDLERS] = handlers;
});
afterEach(() => {
  realm[HANDLERS] = real;
});

const async = new Error('async');

/** The errors of a test after it has failed with `error`, the last of `errors`. */
function after(name: string, errors: unknown[], error: unknown): unknown[] {
  const test = { errors: [...errors] };
  for (const handler of handlers) handler({ name, error, test });
  return test.errors;
}

test('the error that the test fails with is replaced, and no other', () => {
  const [ours, other] = [new Error('ours'), new Error('other')];
  expect(replaceErrors((error) => (error === ours ? ['a', 'b'] : null))).toBe(true);
  const entries = [
    [other, async],
    [ours, async],
  ];
  const replaced = [
    [other, async],
    ['a', async],
    ['b', async],
  ];
  expect(after('test_fn_failure', entries, ours)).toEqual(replaced);
  expect(after('hook_failure', entries, ours)).toEqual(replaced);
  expect(after('test_fn_failure', entries, other)).toEqual(entries);
  expect(after('test_done', entries, ours)).toEqual(entries);
});

test('a failure of no test, or with an error that is not in its list, changes nothing', () => {
  replaceErrors(() => ['a']);
  const entries = ['text', [new Error('other'), async]];
  expect(after('test_fn_failure', entries, new Error('x'))).toEqual(entries);
  expect(() => handlers[0]!({ name: 'hook_failure', error: new Error('x') })).not.toThrow();
});

test('another test runner than jest-circus has no list', () => {
  realm[HANDLERS] = undefined;
  expect(replaceErrors(() => ['a'])).toBe(false);
});
