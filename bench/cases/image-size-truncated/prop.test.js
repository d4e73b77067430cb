const fc = require('fast-check');
const { imageSize } = require('image-size');

test('a size is a number, or there is an error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ size: 'medium' }), (bytes) => {
      let size;
      try {
        size = imageSize(bytes);
      } catch {
        return;
      }
      expect(size.width).not.toBeNaN();
      expect(size.height).not.toBeNaN();
    }),
  );
});
