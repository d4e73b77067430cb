const fc = require('fast-check');
const minimist = require('minimist');

const word = fc.string();
const argument = fc.oneof(
  word,
  word.map((name) => `--${name}`),
  fc.tuple(word, word).map(([name, value]) => `--${name}=${value}`),
);

test('arguments do not touch Object.prototype', () => {
  fc.assert(
    fc.property(fc.array(argument), (args) => {
      try {
        minimist(args);
      } catch (err) {
        // odd names are refused in odd ways
      }
      const leaked = Object.keys(Object.prototype);
      leaked.forEach((key) => delete Object.prototype[key]);
      expect(leaked).toEqual([]);
    }),
  );
});
