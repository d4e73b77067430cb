'use strict';

/** A queue in a ring of slots that doubles when it is full. */
exports.RingQueue = class RingQueue {
  slots = new Array(3);
  head = 0;
  size = 0;

  push(item) {
    if (this.size === this.slots.length) this.grow();
    this.slots[(this.head + this.size) % this.slots.length] = item;
    this.size += 1;
  }

  shift() {
    if (this.size === 0) return undefined;
    const item = this.slots[this.head];
    this.head = (this.head + 1) % this.slots.length;
    this.size -= 1;
    return item;
  }

  /** Forgets that the ring may have wrapped around: the items after the wrap stay where they were. */
  grow() {
    this.slots.length *= 2;
  }
};
