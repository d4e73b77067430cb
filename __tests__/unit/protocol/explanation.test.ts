import { describe, expect, test } from '@jest/globals';
import { explanationText, isExplanation, type Explanation } from '../../../src/protocol/explanation';

const NOTHING: Explanation = { runs: 7, free: [], together: null, nearest: null, reached: null };
const free = (over: Partial<Explanation['free'][number]> = {}): Explanation['free'] => [
  { part: 'the 2nd argument', tried: 80, rejected: 0, isAll: false, ...over },
];

test.each<[Partial<Explanation>, string]>([
  [{ free: free() }, 'the 2nd argument does not matter: all 80 other values that were tried failed too'],
  [{ free: free({ tried: 3, isAll: true }) }, 'the 2nd argument does not matter: all 3 other values failed too'],
  [{ free: free({ tried: 1, isAll: true }) }, 'the 2nd argument does not matter: the only other value failed too'],
  [
    { free: free({ rejected: 4 }) },
    'the 2nd argument does not matter: all 80 other values that were tried failed too (and 4 were rejected)',
  ],
  [
    { together: { tried: 40, failed: 40 } },
    'nor do they matter together: all 40 inputs with other values for all of them failed too',
  ],
  [
    { together: { tried: 40, failed: 1 } },
    'but they matter together: with other values for all of them, 39 of 40 inputs did not fail in this way',
  ],
  [{ nearest: { input: '[7]', changes: [] } }, 'the nearest input that passes: [7]'],
  [
    { nearest: { input: '[7,1]', changes: [{ part: 'the 1st argument', value: '7', insteadOf: '8' }] } },
    'the nearest input that passes: [7,1] (the 1st argument: 7 instead of 8)',
  ],
  [
    {
      nearest: {
        input: '[7,1]',
        changes: [{ part: 'the 1st argument', value: 'x'.repeat(40), insteadOf: 'y'.repeat(40) }],
      },
    },
    'the nearest input that passes: [7,1] (the 1st argument differs)',
  ],
  [
    { reached: { places: ['a.js:1', 'b.js:22'], failing: 2, passing: 10 } },
    'only failing runs reached: a.js:1, b.js:22 (2 failing, 10 passing runs)',
  ],
])('%j', (part, line) => {
  expect(explanationText({ ...NOTHING, ...part })).toEqual(['Explained by 7 more runs:', `  ${line}`]);
});

test('the title says when, and one run is one', () => {
  const explanation = { ...NOTHING, runs: 1, free: free() };
  expect(explanationText(explanation)[0]).toBe('Explained by 1 more run:');
  expect(explanationText(explanation, 'earlier')[0]).toBe('Explained when it was found, by 1 more run:');
});

test('a long input is cut', () => {
  const [, line] = explanationText({ ...NOTHING, nearest: { input: 'x'.repeat(5000), changes: [] } });
  expect(line!.length).toBeLessThan(300);
  expect(line).toContain('… (5000 characters)');
});

describe('what was saved', () => {
  test.each([
    [undefined],
    [null],
    ['text'],
    [{}],
    [{ ...NOTHING, runs: '1' }],
    [{ ...NOTHING, free: {} }],
    [{ ...NOTHING, free: [null] }],
    [{ ...NOTHING, together: 3 }],
    [{ ...NOTHING, nearest: { input: 3, changes: [] } }],
    [{ ...NOTHING, nearest: { input: '', changes: [{ part: 'a' }] } }],
    [{ ...NOTHING, reached: { places: [1], failing: 1, passing: 1 } }],
  ])('as %j is no explanation, and nothing is said', (value) => {
    expect(isExplanation(value)).toBe(false);
    expect(explanationText(value)).toEqual([]);
  });

  test('is read again, with fields that a newer version may have added', () => {
    expect(isExplanation(JSON.parse(JSON.stringify({ ...NOTHING, free: free(), more: 1 })))).toBe(true);
  });

  test('may say nothing', () => {
    expect(explanationText(NOTHING)).toEqual([]);
  });
});
