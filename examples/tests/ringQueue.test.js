'use strict';
// Stateful: random commands on the real queue and on an array, which must agree after each of them.
const fc = require('fast-check');
const { RingQueue } = require('../src/ringQueue');

class Push {
  constructor(item) {
    this.item = item;
  }
  check() {
    return true;
  }
  run(model, queue) {
    model.push(this.item);
    queue.push(this.item);
    expect(queue.size).toBe(model.length);
  }
  toString() {
    return `push(${this.item})`;
  }
}

class Shift {
  check(model) {
    return model.length > 0;
  }
  run(model, queue) {
    expect(queue.shift()).toBe(model.shift());
  }
  toString() {
    return 'shift()';
  }
}

test('the queue behaves like an array', () => {
  const commands = [fc.nat(9).map((item) => new Push(item)), fc.constant(new Shift())];
  fc.assert(
    fc.property(fc.commands(commands), (list) => {
      fc.modelRun(() => ({ model: [], real: new RingQueue() }), list);
    }),
  );
});
