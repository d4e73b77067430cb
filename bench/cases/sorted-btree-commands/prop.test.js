const fc = require('fast-check');
const BTree = require('sorted-btree').default;

const key = fc.nat({ max: 50 });

class Set_ {
  constructor(key) {
    this.key = key;
  }
  check() {
    return true;
  }
  run(model, tree) {
    tree.set(this.key, `v${this.key}`);
    model.set(this.key, `v${this.key}`);
    expect(tree.size).toBe(model.size);
  }
  toString() {
    return `set(${this.key})`;
  }
}

class Delete_ {
  constructor(index) {
    this.index = index;
  }
  check(model) {
    return model.size > 0;
  }
  run(model, tree) {
    const key = [...model.keys()][this.index % model.size];
    expect(tree.delete(key)).toBe(true);
    model.delete(key);
  }
  toString() {
    return `delete(#${this.index})`;
  }
}

class Get_ {
  constructor(key) {
    this.key = key;
  }
  check() {
    return true;
  }
  run(model, tree) {
    expect(tree.get(this.key)).toBe(model.get(this.key));
  }
  toString() {
    return `get(${this.key})`;
  }
}

test('the tree is a map', () => {
  fc.assert(
    fc.property(
      fc.commands([key.map((k) => new Set_(k)), fc.nat().map((i) => new Delete_(i)), key.map((k) => new Get_(k))]),
      (commands) => {
        fc.modelRun(() => ({ model: new Map(), real: new BTree(undefined, undefined, 4) }), commands);
      },
    ),
  );
});
