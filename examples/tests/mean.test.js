'use strict';
// One property, several bugs: each is reported by itself, with an input of its own.
const fc = require('fast-check');
const { mean } = require('../src/mean');

test('the mean lies between the extremes', () => {
  fc.assert(
    fc.property(fc.array(fc.double()), (numbers) => {
      const result = mean(numbers);
      expect(result).not.toBeNaN();
      expect(result).toBeGreaterThanOrEqual(Math.min(...numbers));
      expect(result).toBeLessThanOrEqual(Math.max(...numbers));
    }),
  );
});
