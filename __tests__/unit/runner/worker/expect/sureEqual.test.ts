import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SureEquality, type Verdict } from '../../../../../runner/worker/expect/sureEqual';

const equality = new SureEquality(globalThis);

class Holder {
  constructor(readonly held: unknown) {}
}

/** Few different leaves and names, also those that objects inherit: equal and nearly equal values come about often. */
const anything = fc.anything({
  maxDepth: 2,
  maxKeys: 3,
  key: fc.constantFrom('a', 'b', 'constructor', '__proto__', 'toString', 'length', '0'),
  values: [fc.constantFrom(0, -0, 1, NaN, undefined, null, '', 'a', true)],
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
});

function holds(assertion: () => void): Verdict {
  try {
    assertion();
    return 'yes';
  } catch {
    return 'no';
  }
}

/** What was said of how many pairs; throws where it is not what Jest says. */
function check(a: unknown, b: unknown, tally: Record<Verdict, number>): void {
  for (const [said, jest] of [
    [equality.loosely(a, b), () => expect(a).toEqual(b)],
    [equality.strictly(a, b), () => expect(a).toStrictEqual(b)],
  ] as const) {
    tally[said] += 1;
    if (said !== 'unsure') expect(holds(jest)).toBe(said);
  }
}

test('what is said for sure is what Jest says', () => {
  const tally = { yes: 0, no: 0, unsure: 0 };
  fc.assert(
    fc.property(fc.clone(anything, 2), anything, ([a, twin], other) => {
      check(a, twin, tally);
      check(new Holder(a), new Holder(twin), tally);
      check([a, undefined], [other], tally);
      check({ a, b: undefined }, { a: twin }, tally);
    }),
    { numRuns: 300 },
  );
  expect(tally.yes).toBeGreaterThan(300);
  expect(tally.no).toBeGreaterThan(300);
  expect(tally.unsure).toBeLessThan(1200);
});

test('structures without an end are left to Jest, unless they are the same', () => {
  const cyclic = (): unknown => {
    const one: { self?: unknown } = {};
    one.self = one;
    return one;
  };
  const [a, b] = [cyclic(), cyclic()];
  expect(equality.loosely(a, b)).toBe('unsure');
  expect(equality.loosely({ a }, { a })).toBe('yes');
});
