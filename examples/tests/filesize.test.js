'use strict';
// A real bug of filesize 3.6.1: it rounds after it has chosen the unit, so some sizes are "1024 KB".
const fc = require('fast-check');
const filesize = require('filesize');

test('the number shown is below 1024', () => {
  fc.assert(
    fc.property(fc.nat(), (bytes) => {
      expect(parseFloat(filesize(bytes))).toBeLessThan(1024);
    }),
  );
});
