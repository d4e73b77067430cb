import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as fc3 from 'fast-check-3';
import { arbitraryShape } from '../../../src/property/arbitraryShape';

function shapeOf(property: unknown): string {
  return arbitraryShape((property as { arb: unknown }).arb);
}

describe('the shape of an arbitrary', () => {
  const tree = (): fc.Arbitrary<unknown> =>
    fc.letrec((tie) => ({ node: fc.oneof(fc.nat(), fc.tuple(tie('node'), tie('node'))) })).node;
  const makers: Record<string, () => fc.Arbitrary<unknown>> = {
    integer: () => fc.integer(),
    nat: () => fc.nat(),
    'nat up to 5': () => fc.nat(5),
    string: () => fc.string(),
    'short string': () => fc.string({ maxLength: 3 }),
    array: () => fc.array(fc.nat()),
    'array of strings': () => fc.array(fc.string()),
    tuple: () => fc.tuple(fc.nat(), fc.nat()),
    constants: () => fc.constantFrom('a', 'b'),
    'other constants': () => fc.constantFrom('a', 'c'),
    record: () => fc.record({ a: fc.nat(), b: fc.boolean() }),
    mapped: () => fc.nat().map(String),
    tree,
    date: () => fc.date({ noInvalidDate: true }),
    dictionary: () => fc.dictionary(fc.string(), fc.nat()),
  };

  test('is the same each time it is made, before and after it was used', () => {
    for (const [name, make] of Object.entries(makers)) {
      const used = make();
      const shape = arbitraryShape(used);
      fc.sample(used, 20);
      expect([name, arbitraryShape(used)]).toEqual([name, shape]);
      expect([name, arbitraryShape(make())]).toEqual([name, shape]);
    }
  });

  test('tells different ones apart', () => {
    const shapes = Object.values(makers).map((make) => arbitraryShape(make()));
    expect(new Set(shapes).size).toBe(shapes.length);
    expect(shapes[0]).toMatch(/^[\da-f]{16}$/);
  });

  test('of a property is that of its arguments, whatever it does with them', () => {
    const one = fc.property(fc.nat(), fc.string(), () => true);
    const other = fc.property(fc.nat(), fc.string(), (n, s) => s.length < n);
    expect(shapeOf(other)).toBe(shapeOf(one));
    expect(shapeOf(fc.asyncProperty(fc.nat(), fc.string(), async () => true))).toBe(shapeOf(one));
    expect(shapeOf(fc.property(fc.nat(), () => true))).not.toBe(shapeOf(one));
  });

  test('is found in fast-check 3 too', () => {
    const shape = shapeOf(fc3.property(fc3.nat(), fc3.string(), () => true));
    expect(shapeOf(fc3.property(fc3.nat(), fc3.string(), () => true))).toBe(shape);
    expect(shapeOf(fc3.property(fc3.string(), fc3.nat(), () => true))).not.toBe(shape);
  });
});
