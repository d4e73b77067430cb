import { expect, test } from '@jest/globals';
import { Random } from '../../../src/choice/random';
import { EMPTY_DICTIONARY, type Dictionary } from '../../../src/mutate/dictionary';
import { jsonTexts } from '../../../src/mutate/jsonTexts';

function textsOf(words: Partial<Dictionary>): string[] {
  return [...jsonTexts({ ...EMPTY_DICTIONARY, ...words }, new Random(3))];
}

test('each fact has a document of its own, then facts are mixed', () => {
  const members = [
    { path: ['a', 'b'], value: 1 },
    { path: ['a', 'c'], value: 'x' },
    { path: ['d'], value: null },
  ];
  const texts = textsOf({ members });
  expect(texts.slice(0, 3)).toEqual(['{"a":{"b":1}}', '{"a":{"c":"x"}}', '{"d":null}']);
  const mixed = texts.slice(3).map((text) => Object.keys((JSON.parse(text) as { a?: object }).a ?? {}).length);
  expect(Math.max(...mixed)).toBe(2);
});

test('keys without facts get values, operands among them', () => {
  const texts = textsOf({ keys: ['mode'], operands: { strings: ['dark'], numbers: [] } });
  expect(texts).toContain('{"mode":"dark"}');
});

test('all are JSON, with __proto__ and quotes as keys of their own', () => {
  const texts = textsOf({ members: [{ path: ['__proto__', '"'], value: true }], keys: ['__proto__', '\u2028'] });
  for (const text of texts) expect(Object.keys(JSON.parse(text) as object).length).toBeGreaterThan(0);
  expect(texts[0]).toBe('{"__proto__":{"\\"":true}}');
});

test('at most two dozen of many facts', () => {
  const members = Array.from({ length: 500 }, (_, index) => ({ path: [`k${index}`], value: 1 }));
  expect(textsOf({ members }).length).toBeLessThan(40);
});

test('nothing for a code without members', () => {
  expect(textsOf({})).toEqual([]);
});
