import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { FailureReport } from '../../../../../runner/ordinary/print/failureReport';
import { PrintedFailures } from '../../../../../runner/ordinary/print/printedFailures';

const HANDLERS = Symbol.for('EVENT_HANDLERS');
const realm = globalThis as Record<symbol, unknown>;
const real = realm[HANDLERS];
let handlers: ((event: object) => void)[] = [];
beforeEach(() => {
  handlers = [];
  realm[HANDLERS] = handlers;
});
afterEach(() => {
  realm[HANDLERS] = real;
});

function report(text: string): FailureReport {
  return {
    error: new Error(text),
    input: '[1]',
    path: 'fz1-AQA',
    seed: 1,
    runs: 1,
    shrinks: 0,
    command: '',
    notes: [],
    details: '',
  };
}

/** The last words of each error that Jest shows of a test that fails with `error`. */
function shown(error: unknown): string[] {
  const test = { errors: [[error, null]] as [unknown, unknown][] };
  for (const handler of handlers) handler({ name: 'test_fn_failure', error, test });
  return test.errors.map(([each]) => /\S+$/.exec((each as Error).message)![0]);
}

describe('a test that fails', () => {
  const details = {};
  const thrown = (error: Error, isNative = true): Error => {
    const printed = new PrintedFailures();
    printed.add(details, [report('first'), report('second')], 'Error');
    printed.onThrow(details, error, isNative);
    return error;
  };

  test('with our error shows one error for each report', () => {
    expect(shown(thrown(new Error('native')))).toEqual(['first', 'second']);
  });

  test('with an error of the user’s reporter keeps it as the last', () => {
    expect(shown(thrown(new Error('reported'), false))).toEqual(['first', 'reported']);
  });

  test('with an error around ours keeps that', () => {
    expect(shown(new Error('around', { cause: thrown(new Error('native')) }))).toEqual(['first', 'around']);
  });

  test('with our error after the test changed its message keeps it', () => {
    const error = thrown(new Error('native'));
    error.message = 'changed';
    expect(shown(error)).toEqual(['first', 'changed']);
  });

  test('with another error shows that', () => {
    thrown(new Error('native'));
    expect(shown(new Error('other'))).toEqual(['other']);
  });

  test('with an error for details without reports shows that', () => {
    const printed = new PrintedFailures();
    const error = new Error('unknown');
    printed.onThrow({}, error, true);
    expect(shown(error)).toEqual(['unknown']);
  });
});

describe('where errors cannot be replaced', () => {
  beforeEach(() => {
    realm[HANDLERS] = undefined;
  });
  const thrown = (isNative: boolean, error = new Error('own text')): Error => {
    const printed = new PrintedFailures();
    const details = {};
    printed.add(details, [report('first'), report('second')], 'Error');
    printed.onThrow(details, error, isNative);
    return error;
  };

  test('the reports are in the message, and in the stack before its frames', () => {
    const { message, stack } = thrown(true);
    expect(message).toMatch(/^own text\n\n2 distinct failures[^]*first[^]*second/);
    expect(stack!.indexOf('second')).toBeLessThan(stack!.lastIndexOf('    at '));
  });

  test('an error of the user’s reporter has the last failure in its own words', () => {
    expect(thrown(false).message).not.toContain('second');
  });

  test('a frozen error keeps its text', () => {
    expect(thrown(true, Object.freeze(new Error('own text'))).message).toBe('own text');
  });
});
