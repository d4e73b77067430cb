'use strict';
// An async property: fast-check's scheduler decides which answer of the store comes first.
const fc = require('fast-check');
const { Stock } = require('../src/stock');

test('no more is sold than there is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 4 }), async (s, orders) => {
      let left = 6;
      const store = {
        read: () => s.schedule(Promise.resolve(), 'read').then(() => left),
        write: (value) => s.schedule(Promise.resolve(), 'write').then(() => void (left = value)),
      };
      const stock = new Stock(store);
      const sold = orders.map((count) => stock.reserve(count).then((accepted) => (accepted ? count : 0)));
      await s.waitFor(Promise.all(sold));
      const total = (await Promise.all(sold)).reduce((sum, count) => sum + count, 0);
      expect(total).toBeLessThanOrEqual(6);
    }),
  );
});
