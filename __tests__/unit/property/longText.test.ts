import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Random } from '../../../src/choice/random';
import { InputRunner } from '../../../src/property/inputRunner';
import { longText } from '../../../src/property/longText';
import { choices } from '../choice/notation';

/** What `longText` gives for a branch of an arbitrary, with its texts. */
function check(arbitrary: fc.Arbitrary<unknown>, branch: number, expected: string | null): void {
  // Arbitraries tell what they draw once a property was made of them.
  expect(
    new InputRunner(
      fc.property(arbitrary, () => {}),
      { random: new Random(1) },
    ).isAsync,
  ).toBe(false);
  expect(longText(arbitrary, branch)).toEqual(expected === null ? null : choices(expected));
}

const letters = fc.constantFrom('a', 'b');

test('a branch that is a text is one as long as it is drawn', () => {
  check(fc.oneof(fc.string({ maxLength: 3 }), fc.nat()), 0, '0 [3 0 0 0]');
  check(fc.oneof(fc.nat(), fc.string({ unit: letters, minLength: 2, maxLength: 4 })), 1, '1 [4 0 0 0 0]');
  check(fc.oneof(fc.nat(), fc.string({ unit: fc.oneof(letters, letters), maxLength: 2 })), 1, '1 [2 0 0 0 0]');
  check(fc.oneof(fc.uint8Array({ maxLength: 2 }), fc.nat()), 0, '0 [2 0 0]');
  check(fc.oneof(fc.nat(), fc.tuple(fc.string({ maxLength: 2 }), fc.string())), 1, '1 [2 0 0] 0');
});

test('any other branch is none', () => {
  const oneOf = fc.oneof(fc.string({ maxLength: 3 }), fc.nat(), fc.array(fc.nat()), fc.tuple(fc.nat(), fc.string()));
  check(oneOf, 1, null);
  check(oneOf, 2, null);
  check(oneOf, 3, null);
  check(fc.oneof(fc.string({ maxLength: 0 }), fc.nat()), 0, null);
});

test('a branch that rejects its simplest texts for ever is none', () => {
  const never = fc.string({ maxLength: 3 }).filter(() => false);
  check(fc.oneof(never, fc.nat()), 0, null);
  const throws = fc.string().map(() => {
    throw new Error('no text');
  });
  check(fc.oneof(throws, fc.nat()), 0, null);
});
