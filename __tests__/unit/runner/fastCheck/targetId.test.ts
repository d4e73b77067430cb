import { expect, test } from '@jest/globals';
import { targetIdOf, testNameOf } from '../../../../runner/fastCheck/targetId';

test('the seed that @fast-check/jest adds to names is no part of a target', () => {
  expect(targetIdOf('a.test.js', 'd works (with seed=-123)', 0)).toBe(
    targetIdOf('a.test.js', 'd works (with seed=9)', 0),
  );
});

test('file, test and call make the id', () => {
  expect(targetIdOf('src/a.test.js', 'd works', 1)).toBe('src/a.test.js :: d works :: 1');
});

test.each([
  ['d works (with seed=7)', 'd works'],
  ['d (with seed=7) works', 'd works'],
  ['d works (with seeds=7)', 'd works (with seeds=7)'],
  ['d works', 'd works'],
])('the name of %s', (name, clean) => {
  expect(testNameOf(name)).toBe(clean);
});
