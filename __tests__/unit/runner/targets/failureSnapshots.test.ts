import { describe, expect, test } from '@jest/globals';
import { decodeChoices, encodeChoices, toBlob } from '../../../../src/choice/encoding';
import { deathSnapshot } from '../../../../runner/targets/failureSnapshots';

const TARGET = { id: 'a', file: 'a', testName: 'a', fullName: 'a', titles: ['a'], ordinal: 0, inputTimeoutMs: 1234 };
const CHOICES = encodeChoices({ values: [7, 8], forks: [], biased: false });
const ORIGIN = { key: 'hang', errorClass: 'hang', place: null };
const STAMP = { inputs: 3, cpuSeconds: 2, wallSeconds: 2 };

describe('an input that ended its worker', () => {
  test('is a failure with the input as text', () => {
    const input = { choices: CHOICES, text: '[7, 8]', isSure: true, firstFound: STAMP };
    const found = deathSnapshot('id', TARGET, 'hang', ORIGIN, input, undefined);
    expect(found).toMatchObject({ kind: 'hang', input: '[7, 8]', firstFound: STAMP });
    expect(found.message).toBe('The property did not come back within 1234 ms.');
    expect(found.report).toContain('Counterexample: [7, 8]');
  });

  test('is reported as seen once, with the path that runs it, when the run ended before it was run again', () => {
    const input = { choices: CHOICES, text: '', isSure: false, firstFound: STAMP };
    const found = deathSnapshot('id', TARGET, 'hang', ORIGIN, input, undefined);
    expect(found.message).toContain('not run again');
    expect(found.input).toBe(`{ path: "${toBlob(decodeChoices(CHOICES))}" }`);
  });
});
