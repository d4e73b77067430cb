'use strict';

/** The arithmetic mean. It is wrong in more ways than one. */
exports.mean = function mean(numbers) {
  return numbers.reduce((sum, number) => sum + number) / numbers.length;
};
