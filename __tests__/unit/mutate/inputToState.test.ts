import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Comparison } from '../../../src/coverage/comparisonLog';
import { EMPTY_DICTIONARY, type Dictionary } from '../../../src/mutate/dictionary';
import { inputToState } from '../../../src/mutate/inputToState';
import { Player } from './player';

type Seen = Pick<Comparison, 'op' | 'left' | 'right'> & { readonly flags?: string; readonly radix?: number };

/** Inputs that are made from `value` when the code was seen to compare. */
function reached(
  arbitrary: fc.Arbitrary<unknown>,
  value: unknown,
  seen: readonly Seen[],
  words: Partial<Dictionary> = {},
): string[] {
  const player = new Player(arbitrary);
  const subject = player.of(value);
  const comparisons = seen.map((comparison): Comparison => ({ site: 0, ...comparison }));
  const candidates = inputToState(subject, comparisons, { ...EMPTY_DICTIONARY, ...words }, player.random);
  return [...candidates].map((choices) => fc.stringify(player.replay(choices)));
}

const equal = (left: Seen['left'], right: Seen['right']): Seen[] => [{ op: '===', left, right }];
const by = (op: Seen['op'], left: Seen['left'], right: Seen['right']): Seen[] => [{ op, left, right }];

describe('inputToState', () => {
  test.each<[name: string, arbitrary: fc.Arbitrary<unknown>, value: unknown, seen: Seen[], reached: string]>([
    ['a string', fc.string(), 'abc', equal('abc', 'sesame'), '"sesame"'],
    ['an integer', fc.integer(), 1234, equal(1234, 782357915), '782357915'],
    ['a bigint', fc.bigInt(), 5n, equal(5n, 123456789012345678901n), '123456789012345678901n'],
    ['a double', fc.double(), 2.5, equal(2.5, 1234.625), '1234.625'],
    ['the other operand', fc.integer(), 77, equal(42, 77), '42'],
    ['a part of a record', fc.record({ role: fc.string() }), { role: 'xy' }, equal('xy', 'owner'), '"role":"owner"'],
    ['an item', fc.array(fc.nat()), [5, 6], equal(6, 99), '[5,99]'],
    ['a part of a string', fc.string(), 'a=b', equal('b', 'ok'), '"a=ok"'],
    ['a character', fc.string(), 'ab', equal('b'.charCodeAt(0), 'z'.charCodeAt(0)), '"az"'],
    ['just above a bound', fc.nat(), 5, by('<=', 5, 1000), '1001'],
    ['a prefix', fc.string(), 'ab', by('startsWith', 'ab', 'magic'), '"magicab"'],
    ['a suffix', fc.string(), 'ab', by('endsWith', 'ab', 'magic'), '"abmagic"'],
    ['another case', fc.string(), 'Ab', equal('ab', 'yes'), '"yes"'],
    ['a string that is read as a number', fc.string(), '12', [...by('number', '12', 12), ...equal(12, 345)], '"345"'],
    [
      'a string that is read in another base',
      fc.string(),
      '1f',
      [{ op: 'number', left: '1f', right: 31, radix: 16 }, ...equal(31, 0xbeef)],
      '"beef"',
    ],
    [
      'a day in a string',
      fc.string(),
      '1970-01-02',
      [...by('date', '1970-01-02', 86_400_000), ...by('<', 86_400_000, Date.UTC(2038, 0, 19))],
      '"2038-01-19"',
    ],
    [
      'a moment in a part of a string',
      fc.string(),
      'at 1970-01-01T00:00Z',
      [...by('date', '1970-01-01T00:00Z', 0), ...equal(0, 12_345)],
      '"at 1970-01-01T00:00:12.345Z"',
    ],
    ['a term of a sum', fc.tuple(fc.nat(), fc.nat()), [3, 4], equal(7, 100), '[96,4]'],
    ['a date', fc.date(), new Date(5000), equal(5000, 86_400_000), 'new Date("1970-01-02T00:00:00.000Z")'],
    ['where nothing was left', fc.string(), 'ab', equal(undefined, ')'), '"ab)"'],
  ])('replaces %s', (_name, arbitrary, value, seen, wanted) => {
    expect(reached(arbitrary, value, seen).join('\n')).toContain(wanted);
  });

  test('works through arbitraries that can be unmapped', () => {
    const shouted = fc.string().map(
      (text) => `!${text}`,
      (text) => {
        if (!String(text).startsWith('!')) throw new Error('none of ours');
        return String(text).slice(1);
      },
    );
    expect(reached(shouted, '!ab', equal('!ab', '!hello'))).toContain('"!hello"');
    expect(reached(shouted, '!ab', equal('!ab', 'hello'))).not.toContain('"hello"');
  });

  test('makes texts that a pattern matches, alone and in the place of what was tested', () => {
    const seen: Seen = { op: 'test', left: 'bc', right: '^x\\dy$', flags: '' };
    const texts = reached(fc.string(), 'a-bc', [seen]);
    expect(texts.some((text) => /^"a-x\dy"$/.test(text))).toBe(true);
  });

  test('makes a date of a text that is none, one of the code if it has any', () => {
    const dates = reached(fc.string(), 'abc', by('date', 'abc', Number.NaN)).map((text) => JSON.parse(text) as string);
    expect(dates).toHaveLength(1);
    expect(Date.parse(dates[0]!)).not.toBeNaN();
    const many = Array.from({ length: 40 }, () => by('date', 'abc', Number.NaN)).flat();
    expect(reached(fc.string(), 'abc', many, { strings: ['not 1', '2011-11-11'] })).toContain('"2011-11-11"');
  });

  test('makes a number of a text that is none, in the base that is asked for', () => {
    const seen: Seen = { op: 'number', left: 'xyz', right: Number.NaN, radix: 2 };
    expect(
      reached(
        fc.string(),
        'xyz',
        Array.from({ length: 20 }, () => seen),
      ).join(),
    ).toMatch(/^("[01]+",?)+$/);
  });

  test('leaves a date that no Date can be as a number', () => {
    const seen = [...by('date', '1970', 0), ...equal(0, 1e300)];
    expect(reached(fc.string(), '1970', seen)).toContain('"1e+300"');
  });

  test('makes JSON with the members that the code asks for', () => {
    const words = { members: [{ path: ['user', 'role'], value: 'admin' }] };
    expect(reached(fc.string(), 'ab', by('json', 'ab', undefined), words)).toContain(
      fc.stringify('{"user":{"role":"admin"}}'),
    );
  });

  test('gives the first candidate of each comparison before the second of any', () => {
    const texts = reached(fc.tuple(fc.nat(), fc.nat()), [3, 4], [...by('<', 3, 100), ...by('<', 4, 200)]);
    expect(texts.slice(0, 2)).toEqual(['[100,4]', '[3,200]']);
    expect(texts).toContain('[101,4]');
  });

  test('leaves alone what the input cannot be', () => {
    expect(reached(fc.nat(9), 3, equal(3, 10))).not.toContain('10');
    expect(reached(fc.constantFrom('a', 'b'), 'a', equal('a', 'c'))).toEqual([]);
    expect(reached(fc.string({ maxLength: 3 }), 'ab', equal('ab', 'sesame'))).toEqual([]);
  });
});
