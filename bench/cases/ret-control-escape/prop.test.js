const fc = require('fast-check');
const ret = require('ret');

test('every valid expression is understood', () => {
  fc.assert(
    fc.property(fc.string(), (source) => {
      try {
        new RegExp(source);
      } catch {
        fc.pre(false);
      }
      ret(source);
    }),
  );
});
