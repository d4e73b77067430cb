'use strict';
// A real bug of omggif 1.0.10: a file that ends too early is no "Invalid GIF" for it but a TypeError of its own.
// An input that gets there begins with GIF87a or GIF89a, which random bytes never do.
const fc = require('fast-check');
const { GifReader } = require('omggif');

test('a bad file is refused with a readable message', () => {
  fc.assert(
    fc.property(fc.uint8Array({ size: 'medium' }), (bytes) => {
      try {
        new GifReader(bytes);
      } catch (error) {
        expect(error).not.toBeInstanceOf(TypeError);
      }
    }),
  );
});
