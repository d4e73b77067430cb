'use strict';
// A real limit of left-pad 1.3.0: it counts UTF-16 units, so an emoji is two columns wide.
const fc = require('fast-check');
const leftPad = require('left-pad');

test('the result has the length that was asked for', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(30), (text, length) => {
      const letters = [...text].length;
      expect([...leftPad(text, length, '.')]).toHaveLength(Math.max(letters, length));
    }),
  );
});
