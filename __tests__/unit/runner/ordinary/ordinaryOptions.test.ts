import { describe, expect, test } from '@jest/globals';
import { ordinary } from '../../../../runner/api';
import { ordinarySettings } from '../../../../runner/ordinary/ordinaryOptions';

const DEFAULTS = { replay: true, save: true, searchMs: 1000, searchRuns: 5000, simplifyMs: 2000 };
const OFF = { replay: false, save: false, searchMs: 0, searchRuns: 0, simplifyMs: 0 };

test('the nearest wins, and the variable over all', () => {
  expect(ordinarySettings(undefined, undefined, {}, '')).toEqual(DEFAULTS);
  const project = { fuzzRunner: { search: 3, simplify: 3, save: false } };
  const all = ordinary({ search: 4, simplify: 4 });
  const own = { numRuns: 3, ...ordinary({ search: 5 }) };
  expect(ordinarySettings(all, own, project, '')).toEqual({
    ...DEFAULTS,
    save: false,
    searchMs: 5000,
    simplifyMs: 4000,
  });
  expect(ordinarySettings(all, own, project, ' search = 6 ,save=on')).toMatchObject({ searchMs: 6000, save: true });
});

test.each<[string, Parameters<typeof ordinarySettings>]>([
  ['the property', [undefined, ordinary(false), {}, '']],
  ['all properties', [ordinary(false), undefined, {}, '']],
  ['the project', [undefined, undefined, { fuzzRunner: false }, '']],
  ['the variable', [undefined, ordinary({ search: 9 }), {}, 'off']],
])('all is turned off by %s', (_name, given) => {
  expect(ordinarySettings(...given)).toEqual(OFF);
});

test('off is 0 where a number is expected', () => {
  expect(ordinarySettings(undefined, undefined, {}, 'search=off')).toEqual({ ...DEFAULTS, searchMs: 0 });
});

describe('what cannot be used is an error with its place', () => {
  test.each<[string, Parameters<typeof ordinarySettings>, string]>([
    ['a name', [undefined, undefined, {}, 'serach=1'], 'received "serach"'],
    ['a text', [undefined, undefined, {}, 'search=soon'], 'Expected search in FUZZ_ORDINARY to be a number'],
    ['nothing', [undefined, undefined, {}, 'search'], 'Expected search in FUZZ_ORDINARY to be a number'],
    ['a negative number', [undefined, ordinary({ simplify: -1 }), {}, ''], 'simplify in ordinary()'],
    ['a number for a switch', [undefined, undefined, { fuzzRunner: { save: 1 } }, ''], 'save in globals.fuzzRunner'],
    ['no object', [undefined, undefined, { fuzzRunner: 'off' }, ''], 'received off'],
  ])('%s', (_name, given, message) => {
    expect(() => ordinarySettings(...given)).toThrow(message);
  });
});
