const fc = require('fast-check');
const { imageSize } = require('image-size');

test('imageSize returns or throws an Error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ size: 'medium' }), (bytes) => {
      try {
        imageSize(bytes);
      } catch (err) {
        expect(err).toBeInstanceOf(Error);
      }
    }),
  );
});
