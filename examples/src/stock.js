'use strict';

/** What is left of an article, kept in a store that answers later. */
exports.Stock = class Stock {
  constructor(store) {
    this.store = store;
  }

  /** Takes `count` pieces, or none. Two calls at once may both see the same pieces. */
  async reserve(count) {
    const left = await this.store.read();
    if (left < count) return false;
    await this.store.write(left - count);
    return true;
  }
};
