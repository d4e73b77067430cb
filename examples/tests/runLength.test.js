'use strict';
// A pure function and its inverse. The bug needs ten equal letters in a row.
const fc = require('fast-check');
const { decode, encode } = require('../src/runLength');

describe('run-length encoding', () => {
  test('decode undoes encode', () => {
    fc.assert(fc.property(fc.string({ size: 'medium' }), (text) => decode(encode(text)) === text));
  });

  test('no letter is counted twice', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-c]*$/), (text) => {
        expect(encode(text).length).toBeLessThanOrEqual(2 * text.length);
      }),
    );
  });
});
