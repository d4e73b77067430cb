const fc = require('fast-check');
const { optimize } = require('regexp-tree');

test('an optimized expression is still one', () => {
  fc.assert(
    fc.property(fc.string(), (source) => {
      let expression;
      let optimized;
      try {
        expression = new RegExp(source);
        optimized = optimize(String(expression));
      } catch {
        fc.pre(false);
      }
      expect(() => optimized.toRegExp()).not.toThrow();
    }),
  );
});
