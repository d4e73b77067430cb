import type { ChoiceNode } from '../../property/recording';
import { doubleOfIndex, doubleOrderOf, indexOfDouble } from '../../property/doubleOrder';
import type { Attempts } from '../attempts/attempts';
import type { Steps } from '../attempts/steps';
import { isInRange, isSimplest } from '../attempts/values';

/** Numbers of binary places to keep, in the order in which they are tried. */
const FRACTION_BITS = [0, 1, 2, 3, 6, 10];

/** Rounds doubles: to integers first, then to halves, quarters and so on. Huge doubles are rounded to one digit. */
export function* roundDoubles(attempts: Attempts): Steps<void> {
  for (const path of attempts.paths()) {
    for (let index = 0; index < attempts.track(path).nodes.length; index += 1) {
      const node = attempts.track(path).nodes[index]!;
      for (const value of roundedOf(node)) {
        if (index >= attempts.track(path).nodes.length) break;
        if (yield* attempts.attemptSplice(path, index, index + 1, [value])) break;
      }
    }
  }
}

/** Choices for rounder doubles near the double of the node, the roundest first; empty if it is not for a double. */
function roundedOf(node: ChoiceNode): bigint[] {
  const { value, min, max } = node;
  if (typeof value !== 'bigint' || isSimplest(node)) return [];
  const order = doubleOrderOf(BigInt(min), BigInt(max));
  const double = order === null ? NaN : doubleOfIndex(order.toIndex(value));
  if (order === null || !Number.isFinite(double) || Number.isSafeInteger(double)) return [];
  return near(double)
    .filter((rounded) => rounded !== double)
    .map((rounded) => order.toChoice(indexOfDouble(rounded)))
    .filter((choice) => isInRange(node, choice));
}

function near(double: number): number[] {
  if (Math.abs(double) > Number.MAX_SAFE_INTEGER) return oneDigit(double);
  return [
    ...new Set(
      FRACTION_BITS.flatMap((bits) => [Math.trunc, awayFromZero].map((round) => round(double * 2 ** bits) / 2 ** bits)),
    ),
  ];
}

function awayFromZero(value: number): number {
  return value < 0 ? Math.floor(value) : Math.ceil(value);
}

/** Doubles with one digit: 1e293, 2e293 and 3e293 for `2.69e293`. */
function oneDigit(double: number): number[] {
  const [digits, power] = double.toExponential().split('e');
  const first = Math.trunc(Number(digits));
  const numbers = [Math.sign(first), first, first + Math.sign(first)].map((digit) => Number(`${digit}e${power}`));
  return [...new Set(numbers)].filter(Number.isFinite);
}
