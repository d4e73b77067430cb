import { describe, expect, test } from '@jest/globals';
import { findRenamed, type NamedTarget } from '../../../../src/database/merge/renamedTargets';

/** `file|describe > title|ordinal|shape|seenAt`; the last two may be missing. */
function target(text: string): NamedTarget {
  const [file = '', titles = '', ordinal = '0', shape = '', seenAt = ''] = text.split('|');
  const names = titles.split(' > ');
  return {
    id: `${file} :: ${names.join(' ')} :: ${ordinal}`,
    file,
    testName: names.join(' '),
    title: names.at(-1)!,
    ordinal: Number(ordinal),
    shape: shape === '' ? null : shape,
    seenAt: seenAt === '' ? null : Number(seenAt),
  };
}

/** `old id -> new id` with `?` for one that only its arguments tell, and `old id ~ new id` for those alike. */
function found(gone: readonly string[], fresh: readonly string[]): string[] {
  const { renamed, alike } = findRenamed(gone.map(target), fresh.map(target));
  return [
    ...renamed.map(({ from, to, isSure }) => `${from.id} -> ${to.id}${isSure ? '' : ' ?'}`),
    ...[...alike].flatMap(([id, others]) => others.map((other) => `${other.id} ~ ${id}`)),
  ].sort();
}

describe('a target under another name', () => {
  test('is told by its name, its title, or by its arguments', () => {
    expect(found(['a|one|0|S|5'], ['b|one|0|S'])).toEqual(['a :: one :: 0 -> b :: one :: 0']);
    expect(found(['a|one|0|S|5'], ['b|one|0|T'])).toEqual(['a :: one :: 0 -> b :: one :: 0']);
    expect(found(['a|one|0|S|5'], ['a|outer > one|0|T'])).toEqual(['a :: one :: 0 -> a :: outer one :: 0']);
    expect(found(['a|x > one|0|S|5'], ['b|y > one|0|S'])).toEqual(['a :: x one :: 0 -> b :: y one :: 0']);
    expect(found(['a|one|0|S|5'], ['a|two|0|S'])).toEqual(['a :: one :: 0 -> a :: two :: 0 ?']);
    expect(found(['a|one|0|S|5'], ['a|one|1|S'])).toEqual(['a :: one :: 0 -> a :: one :: 1']);
  });

  test('is not told when there are several, or when nothing fits', () => {
    expect(found(['a|one|0|S|5'], ['a|two|0|T'])).toEqual([]);
    expect(found(['a|one|0||5'], ['a|two|0|S'])).toEqual([]);
    expect(found(['a|one|0|S|5', 'a|two|0|S|5'], ['a|three|0|S'])).toEqual([
      'a :: one :: 0 ~ a :: three :: 0',
      'a :: two :: 0 ~ a :: three :: 0',
    ]);
    // In another file, arguments alone say too little.
    expect(found(['a|one|0|S|5'], ['b|two|0|S'])).toEqual(['a :: one :: 0 ~ b :: two :: 0']);
  });

  test('of a renamed describe block is that with the same title', () => {
    expect(found(['a|x > one|0|S|5', 'a|x > two|0|S|5'], ['a|y > two|0|S', 'a|y > one|0|S'])).toEqual([
      'a :: x one :: 0 -> a :: y one :: 0',
      'a :: x two :: 0 -> a :: y two :: 0',
    ]);
  });

  test('is not one that was there later, and may be one that was there before', () => {
    expect(found(['a|one|0|S|5'], ['a|two|0|S|5'])).toEqual([]);
    expect(found(['a|one|0|S|5'], ['a|two|0|S|4'])).toEqual(['a :: one :: 0 -> a :: two :: 0 ?']);
  });
});
