import { describe, expect, test } from '@jest/globals';
import type { Comparison } from '../../../src/coverage/comparisons/comparison';
import { OperandStates } from '../../../src/fuzz/operandStates';

const compared = (left: Comparison['left'], right: Comparison['right'], site = 1): Comparison => ({
  site,
  op: '===',
  left,
  right,
});
const nothing = (): boolean => false;

describe('states', () => {
  test('each value of a side is a feature of its own, the same each time', () => {
    const states = new OperandStates();
    const first = states.featuresOf([compared('a', 3), compared('a', 14)], nothing);
    expect(new Set(first).size).toBe(2);
    expect(states.featuresOf([compared('b', 14)], nothing)).toEqual([first[1]]);
    expect(states.featuresOf([compared('b', 14, 2)], nothing)).not.toEqual([first[1]]);
    expect(states.featuresOf([compared(14, 'b')], nothing)).not.toEqual([first[1]]);
  });

  test('numbers of the input are none, nor are operands of other comparisons', () => {
    const states = new OperandStates();
    expect(states.featuresOf([compared(5, 3)], (value) => value === 5)).toHaveLength(1);
    expect(states.featuresOf([{ ...compared(5, 3), op: '<' }], nothing)).toEqual([]);
  });

  test('a side with many values is data: it shows no states any more', () => {
    const states = new OperandStates();
    for (let value = 0; value < 20; value += 1) states.featuresOf([compared('a', value)], nothing);
    expect(states.featuresOf([compared('a', 3)], nothing)).toEqual([]);
  });
});
