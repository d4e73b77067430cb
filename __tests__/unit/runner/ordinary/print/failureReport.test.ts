import * as path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  errorForJest,
  errorsForJest,
  reportsAsText,
  type FailureReport,
} from '../../../../../runner/ordinary/print/failureReport';

const AROUND = 'Error\n    at Object.assert (/project/a.test.js:7:6)';

function report(error: unknown, changes: Partial<FailureReport> = {}): FailureReport {
  return {
    error,
    input: '[1,"a"]',
    path: 'fz1-AQABBAA',
    seed: 42,
    runs: 9,
    shrinks: 3,
    command: 'FUZZ_REPLAY=fz1-AQABBAA.0 npx jest',
    notes: [],
    details: '',
    ...changes,
  };
}

function thrownIn(files: readonly string[], error: Error = new RangeError('too large')): Error {
  error.stack = [`${error.name}: ${error.message}`, ...files.map((file) => `    at f (${file}:3:5)`)].join('\n');
  return error;
}

describe('a report', () => {
  test('is in fast-check’s words, with the error last and the stack of the user’s code', () => {
    const error = thrownIn([
      '/project/parse.js',
      '/project/node_modules/fast-check/lib/cjs/fast-check.js',
      path.join(__dirname, '..', '..', '..', '..', '..', 'runner', 'setup.ts'),
      '/project/parse.test.js',
      '/project/node_modules/jest-circus/build/run.js',
    ]);
    const { message, stack } = errorForJest(report(error), 1, 1, AROUND);
    expect(message.split('\n')).toEqual([
      'Property failed after 9 tests',
      '{ seed: 42, path: "fz1-AQABBAA", endOnFailure: true }',
      'Counterexample: [1,"a"]',
      'Shrunk 3 time(s)',
      'Replay only this input: FUZZ_REPLAY=fz1-AQABBAA.0 npx jest',
      '',
      'RangeError: too large',
    ]);
    expect(stack).toBe(`Error: ${message}\n    at f (/project/parse.js:3:5)\n    at f (/project/parse.test.js:3:5)`);
  });

  test('says which of how many it is, and what is to be noted', () => {
    const first = errorForJest(
      report(new Error('x'), { notes: ['Flaky.'], command: '', details: 'List' }),
      1,
      2,
      AROUND,
    );
    expect(first.message).toMatch(
      /^2 distinct failures of this property\. This is number 1; the simplest comes last\.\n\n/,
    );
    expect(first.message).toContain('Shrunk 3 time(s)\nFlaky.\n\nList\n\nx');
    const last = errorForJest(report(new Error('x')), 2, 2, AROUND);
    expect(last.message).toMatch(/^2 distinct failures of this property\. This is number 2, the simplest\.\n\n/);
  });

  test.each<[string, unknown, string]>([
    ['an error without a place', thrownIn(['/project/node_modules/fast-check/lib/a.js'], new Error('false')), 'false'],
    ['a text', 'odd', "thrown: 'odd'"],
    ['an object', { code: 3 }, 'thrown: { code: 3 }'],
    ['nothing', undefined, 'thrown: undefined'],
  ])('%s has the place of the call', (_name, error, text) => {
    const { message, stack } = errorForJest(report(error), 1, 1, AROUND);
    expect(message.endsWith(`\n\n${text}`)).toBe(true);
    expect(stack).toContain('at Object.assert (/project/a.test.js:7:6)');
  });

  test('a message with lines like those of a stack is not one', () => {
    const error = thrownIn(['/project/a.js'], new Error('it broke\n    at the (/project/wrong.js:1:1)'));
    expect(errorForJest(report(error), 1, 1, AROUND).stack).toMatch(
      /wrong\.js:1:1\)\n {4}at f \(\/project\/a\.js:3:5\)$/,
    );
  });

  test('has the causes and members of the error, without frames of tools', () => {
    const tools = '/project/node_modules/fast-check/lib/a.js';
    const inner = thrownIn(['/project/b.js', tools], new SyntaxError('inner'));
    const member = thrownIn(['/project/c.js', tools], new TypeError('member'));
    const outer = Object.assign(new AggregateError([member], 'outer'), { cause: inner });
    const shown = errorForJest(report(outer), 1, 1, AROUND) as Error & { errors: Error[] };
    expect((shown.cause as Error).stack).toBe('SyntaxError: inner\n    at f (/project/b.js:3:5)');
    expect(shown.errors.map(({ stack }) => stack)).toEqual(['TypeError: member\n    at f (/project/c.js:3:5)']);
  });

  test('circular causes end', () => {
    const error = new Error('round') as Error & { cause?: unknown };
    error.cause = error;
    expect(errorForJest(report(error), 1, 1, AROUND).cause).toBeInstanceOf(Error);
  });
});

test('of very many failures the simplest are shown', () => {
  const errors = errorsForJest(
    Array.from({ length: 40 }, (_, index) => report(new Error(`number ${index + 1}`))),
    AROUND,
  );
  expect(errors).toHaveLength(16);
  expect(errors[0]!.message).toMatch(/^40 distinct failures of this property\. This is number 25;/);
  expect(errors[0]!.message).toContain('(24 failures before this one are not shown.)');
  expect(errors[1]!.message).not.toContain('not shown');
  expect(errors.at(-1)!.message).toMatch(/This is number 40, the simplest\.[^]*number 40$/);
});

test('all reports as one text', () => {
  const text = reportsAsText([report(thrownIn(['/project/a.js'])), report(new TypeError('b'))]);
  expect(text).toMatch(
    /This is number 1;[^]*too large\n {4}at f \(\/project\/a\.js:3:5\)\n\n.*This is number 2, the simplest/,
  );
});
