const fc = require('fast-check');
const { leaf, node, find, insert, remove, isRBT } = require('./rbt.js');

const key = fc.nat({ max: 100 });
const { tree: anyTree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constant(leaf),
    fc.tuple(fc.constantFrom('R', 'B'), tie('tree'), key, fc.nat(), tie('tree')).map((parts) => node(...parts)),
  ),
}));
const builtTree = fc
  .array(fc.tuple(key, fc.nat()))
  .map((entries) => entries.reduce((tree, [k, v]) => insert(k, v, tree), leaf));

for (const [name, tree, assume] of [
  ['random trees', anyTree, (t) => fc.pre(isRBT(t))],
  ['trees built by insert', builtTree, () => {}],
]) {
  describe(`red-black tree: ${name}`, () => {
    test('insert keeps the invariants', () => {
      fc.assert(
        fc.property(tree, key, fc.nat(), (t, k, v) => {
          assume(t);
          expect(isRBT(insert(k, v, t))).toBe(true);
        }),
      );
    });

    test('remove keeps the invariants', () => {
      fc.assert(
        fc.property(tree, key, (t, k) => {
          assume(t);
          expect(isRBT(remove(k, t))).toBe(true);
        }),
      );
    });

    test('find after insert', () => {
      fc.assert(
        fc.property(tree, key, key, fc.nat(), (t, k, other, v) => {
          assume(t);
          expect(find(other, insert(k, v, t))).toBe(k === other ? v : find(other, t));
        }),
      );
    });

    test('find after remove', () => {
      fc.assert(
        fc.property(tree, key, key, (t, k, other) => {
          assume(t);
          expect(find(other, remove(k, t))).toBe(k === other ? undefined : find(other, t));
        }),
      );
    });
  });
}
