import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { colorInput, prettyInput } from '../../../web/logic/prettyInput';

describe('prettyInput', () => {
  test.each([
    ['[[0,1],"a"]', 40, '[[0, 1], "a"]'],
    ['[]', 40, '[]'],
    ['[{"a":1,"b":[2]}]', 40, '[{"a": 1, "b": [2]}]'],
    ['[[0,1],"a"]', 8, '[\n  [0, 1],\n  "a"\n]'],
    ['[{"a":{"b":[1,2]}}]', 12, '[\n  {\n    "a": {\n      "b": [\n        1,\n        2\n      ]\n    }\n  }\n]'],
    ['["],[,"]', 40, '["],[,"]'],
    ['["a\\"],["]', 40, '["a\\"],["]'],
    ['[new Map([[1,2]])]', 40, '[new Map([[1, 2]])]'],
    // Not balanced: as it is.
    ['[[0,1… (90 more characters)', 5, '[[0,1… (90 more characters)'],
    ['[0)]', 1, '[0)]'],
    ['', 5, ''],
  ])('%s to %d', (text, width, expected) => expect(prettyInput(text, width)).toBe(expected));

  test('changes white space only, for any value', () => {
    const squeeze = (text: string): string => text.replace(/\s/g, '');
    fc.assert(
      fc.property(
        fc.array(fc.anything({ withMap: true, withSet: true, withBigInt: true, withDate: true })),
        (value) => {
          const text = fc.stringify(value);
          expect(squeeze(prettyInput(text, 10))).toBe(squeeze(text));
        },
      ),
    );
  });

  test('a very deep input is given back', () => {
    const deep = '['.repeat(50_000) + ']'.repeat(50_000);
    expect(prettyInput(deep)).toBe(deep);
  });
});

describe('colorInput', () => {
  test('tells strings, numbers and words apart, and leaves field names plain', () => {
    const pieces = colorInput('{"a":-1.5e-7,b:["x",true]}').filter((piece) => piece.kind !== 'plain');
    expect(pieces.map(({ kind, text }) => `${kind} ${text}`)).toEqual(['number -1.5e-7', 'string "x"', 'word true']);
  });

  test('the pieces are the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(
          colorInput(text)
            .map((piece) => piece.text)
            .join(''),
        ).toBe(text);
      }),
    );
  });
});
