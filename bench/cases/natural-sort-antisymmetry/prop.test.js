const fc = require('fast-check');
const naturalSort = require('javascript-natural-sort');

test('a < b means b > a', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect(Math.sign(naturalSort(b, a)) + Math.sign(naturalSort(a, b))).toBe(0);
    }),
  );
});
