import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { explainWith } from './explainWith';

function fail(message = 'failed'): never {
  throw new Error(message);
}

describe('what does not matter', () => {
  test('is an argument that nobody looks at, and no other', async () => {
    const property = fc.property(fc.nat(), fc.string(), (n, _text) => {
      if (n > 10) fail();
    });
    const { explained, minimal } = await explainWith(property);
    expect(minimal).toBe('[11,""]');
    expect(explained.free).toEqual([{ argument: 1, path: [], tried: 100, rejected: 0, isAll: false }]);
    expect(explained.together).toBeNull();
  });

  test('is told of async properties, too', async () => {
    const property = fc.asyncProperty(fc.nat(), fc.string(), async (n, _text) => {
      await Promise.resolve();
      if (n > 10) fail();
    });
    const { explained, nearest } = await explainWith(property);
    expect(explained.free).toMatchObject([{ argument: 1, tried: 100 }]);
    expect(nearest).toBe('[10,""]');
  });

  test('has all its other values tried where they are few', async () => {
    const property = fc.property(fc.nat(), fc.boolean(), fc.constantFrom('a', 'b', 'c', 'd'), (n, _flag, _letter) => {
      if (n > 10) fail();
    });
    const { explained } = await explainWith(property);
    expect(explained.free).toEqual([
      { argument: 1, path: [], tried: 1, rejected: 0, isAll: true },
      { argument: 2, path: [], tried: 3, rejected: 0, isAll: true },
    ]);
    // One for each way in which both are others.
    expect(explained.together).toEqual({ tried: 3, failed: 3 });
  });

  test('counts values, not ways to make them', async () => {
    const property = fc.property(
      fc.nat(),
      fc.integer({ min: 0, max: 9 }).map((n) => n % 3),
      (n, _rest) => {
        if (n > 10) fail();
      },
    );
    const { explained } = await explainWith(property);
    expect(explained.free).toMatchObject([{ argument: 1, tried: 2, isAll: true }]);
  });

  test('may matter together', async () => {
    const property = fc.property(fc.nat(99), fc.nat(99), (a, b) => {
      if (a === 0 || b === 0) fail();
    });
    const { explained, minimal } = await explainWith(property);
    expect(minimal).toBe('[0,0]');
    expect(explained.free).toMatchObject([
      { argument: 0, tried: 99, isAll: true },
      { argument: 1, tried: 99, isAll: true },
    ]);
    expect(explained.together).toEqual({ tried: 40, failed: 0 });
  });

  test('is found in arrays and records', async () => {
    const order = fc.record({ id: fc.nat(), count: fc.nat(), note: fc.string() });
    const property = fc.property(order, fc.array(fc.nat(), { minLength: 2, maxLength: 2 }), (a, list) => {
      if (a.count > 3 && list[1]! > 0) fail();
    });
    const { explained } = await explainWith(property);
    expect(explained.free.map(({ argument, path }) => [argument, ...path])).toEqual([
      [0, 'id'],
      [0, 'note'],
      [1, 0],
    ]);
    expect(explained.together).toEqual({ tried: 40, failed: 40 });
  });

  test('is found in records of an array', async () => {
    const item = fc.record({ cents: fc.nat(), count: fc.nat() });
    const property = fc.property(fc.array(item, { minLength: 2 }), (items) => {
      if (items[1]!.count > 3) fail();
    });
    const { explained, minimal } = await explainWith(property);
    expect(minimal).toBe('[[{"cents":0,"count":0},{"cents":0,"count":4}]]');
    expect(explained.free.map(({ argument, path }) => [argument, ...path])).toEqual([
      [0, 0],
      [0, 1, 'cents'],
    ]);
    expect(explained.runs).toBeLessThanOrEqual(500);
  });

  test('is nothing that leads to another failure', async () => {
    const property = fc.property(fc.nat(), fc.boolean(), (n, other) => {
      if (n > 10) fail(other ? 'another' : 'this');
    });
    const { explained } = await explainWith(property);
    expect(explained.free).toEqual([]);
  });

  test('is not claimed of values that are rejected', async () => {
    const property = fc.property(fc.nat(), fc.nat(), (n, m) => {
      fc.pre(m < 3);
      if (n > 10) fail();
    });
    const { explained } = await explainWith(property);
    expect(explained.free).toEqual([]);
  });

  test('is not claimed of values that do not fit', async () => {
    // The list is as long as the number says.
    const sized = fc.nat(200).chain((size) => fc.array(fc.nat(), { minLength: size, maxLength: size }));
    const property = fc.property(fc.tuple(sized, fc.nat()), ([list, n]) => {
      if (list.length >= 0 && n > 10) fail();
    });
    const { explained } = await explainWith(property);
    for (const { tried, isAll } of explained.free) expect(isAll || tried >= 30).toBe(true);
  });

  test('is not claimed after few tries', async () => {
    const property = fc.property(fc.nat(), fc.string(), (n, _text) => {
      if (n > 10) fail();
    });
    const { explained, tried } = await explainWith(property, { maxRuns: 30 });
    expect(explained.free).toEqual([]);
    expect(tried.length).toBeLessThanOrEqual(30);
  });

  test('is nothing when shrinking saw that it matters', async () => {
    // One value in a million passes: none of a hundred is likely to be it, but it is next to the minimal one.
    const property = fc.property(fc.nat(), fc.integer({ min: 0, max: 1_000_000 }), (n, m) => {
      if (n > 10 && m !== 1) fail();
    });
    const { explained, minimal, nearest } = await explainWith(property);
    expect(minimal).toBe('[11,0]');
    expect(explained.free).toEqual([]);
    expect(['[10,0]', '[11,1]']).toContain(nearest);
  });

  test('leaves inputs that draw lazily alone', async () => {
    const property = fc.property(fc.nat(), fc.gen(), (n, gen) => {
      gen(fc.nat);
      if (n > 10) fail();
    });
    const { explained } = await explainWith(property);
    expect(explained.free).toEqual([]);
  });
});

describe('the nearest input that passes', () => {
  test.each<[string, fc.IProperty<unknown[]>, string, string]>([
    [
      'is the simpler neighbor',
      fc.property(fc.nat(), (n) => {
        if (n > 41) fail();
      }),
      '[42]',
      '[41]',
    ],
    [
      'is found above the minimal input, however far away',
      fc.property(fc.integer(), (n) => {
        if (n < 123_456 && n > -123_456) fail();
      }),
      '[0]',
      '[123456]',
    ],
    [
      'is a round one among doubles',
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 }), (n) => {
        if (n < 1000.5) fail();
      }),
      '[0]',
      '[1001]',
    ],
    [
      'has an item more',
      fc.property(fc.array(fc.nat()), fc.nat(), (list, _n) => {
        if (list.length === 0) fail();
      }),
      '[[],0]',
      '[[0],0]',
    ],
    [
      'has an item less',
      fc.property(fc.array(fc.nat()), fc.nat(), (list, _n) => {
        if (list.length > 2) fail();
      }),
      '[[0,0,0],0]',
      '[[0,0],0]',
    ],
  ])('%s', async (_name, property, expectedMinimal, expected) => {
    const { minimal, nearest } = await explainWith(property);
    expect(minimal).toBe(expectedMinimal);
    expect(nearest).toBe(expected);
  });

  test('is looked for when nothing passed on the way', async () => {
    // What is simpler than the minimal input, and next to it, fails in another way.
    const property = fc.property(
      fc.array(fc.record({ cents: fc.nat(), count: fc.nat() })),
      fc.boolean(),
      (items, _flag) => {
        if (items.length === 0) fail();
        if (items.some(({ count }) => count < 2)) fail('count');
      },
    );
    const { minimal, nearest, explained } = await explainWith(property, { isSimplest: true });
    expect([minimal, nearest]).toEqual(['[[],false]', '[[{"cents":0,"count":2}],false]']);
    expect(explained.runs).toBeLessThanOrEqual(500);
  });

  test('is none when all inputs fail', async () => {
    const { explained } = await explainWith(fc.property(fc.nat(), () => fail()));
    expect(explained.nearest).toBeNull();
    expect(explained.free).toMatchObject([{ argument: 0, tried: 100 }]);
  });
});

test('the same seed explains alike, within its runs', async () => {
  const property = fc.property(fc.nat(), fc.string(), fc.array(fc.nat()), fc.double(), (n, _text, list, _double) => {
    if (n < 1_000_000 && list.length < 5) fail();
  });
  const first = await explainWith(property, { seed: 5 });
  const second = await explainWith(property, { seed: 5 });
  expect(second).toEqual(first);
  expect(first.tried).toHaveLength(first.explained.runs);
  expect(first.tried.length).toBeGreaterThan(200);
  expect(first.tried.length).toBeLessThanOrEqual(500);
});
