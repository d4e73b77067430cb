import { describe, expect, test } from '@jest/globals';
import type { FuzzEvent } from '../../../src/protocol/events';
import type { CoveragePoint } from '../../../src/protocol/target';
import { makeGrid, xAtInputs } from '../../../web/logic/grid';
import { pointEvent } from './events';

/** A curve in one line: seconds/inputs/behaviors, `"1/10/5 2/30/8"`. */
function curve(text: string): CoveragePoint[] {
  return text.split(' ').map((word, sequence) => {
    const [runSeconds, inputs, behaviors] = word.split('/').map(Number) as [number, number, number];
    return (pointEvent('a', sequence, { runSeconds, inputs, behaviors }) as FuzzEvent & { type: 'point' }).point;
  });
}

/** What a curve shows at an x value. */
function at(
  text: string,
  x: number,
  axis: 'time' | 'inputs' = 'time',
  scale: 'linear' | 'log' = 'linear',
): number | null {
  const grid = makeGrid([curve(text)], axis, scale);
  const wanted = scale === 'log' ? Math.log10(x) : x;
  return grid.curves[0]![grid.x.findLastIndex((value) => value <= wanted + 1e-9)]!;
}

describe('makeGrid', () => {
  const text = '2/10/5 4/30/8 10/100/9';

  test.each([
    [1, null],
    [2, 5],
    [3.9, 5],
    [4, 8],
    [9.9, 8],
    [10, 9],
  ])('at %d s: %p behaviors', (seconds, behaviors) => expect(at(text, seconds)).toBe(behaviors));

  test('along inputs, and on a log scale', () => {
    expect(at(text, 30, 'inputs')).toBe(8);
    expect(at(text, 99, 'inputs')).toBe(8);
    expect(at(text, 10, 'time', 'log')).toBe(9);
    expect(at(text, 5, 'time', 'log')).toBe(8);
  });

  test('a curve ends at its last point and shows its last value, also when others go on', () => {
    const grid = makeGrid([curve('0/0/1 10/9/2 10.01/10/3'), curve('0/0/1 1000/9/2')], 'time', 'linear');
    const [short, long] = grid.curves as [(number | null)[], (number | null)[]];
    expect(short.findLast((value) => value !== null)).toBe(3);
    expect(short.at(-1)).toBeNull();
    expect(long.at(-1)).toBe(2);
  });

  test('rising, finite x values, whatever there is', () => {
    for (const curves of [[], [[]], [curve('0/0/0')], [curve('0.01/1/1')], [curve('1/1/1 86400/1e9/2')]]) {
      for (const axis of ['time', 'inputs'] as const) {
        for (const scale of ['linear', 'log'] as const) {
          const { x } = makeGrid(curves, axis, scale);
          expect(x.every((value, index) => Number.isFinite(value) && (index === 0 || value >= x[index - 1]!))).toBe(
            true,
          );
        }
      }
    }
  });
});

test('xAtInputs finds a moment between two points', () => {
  const points = curve('2/10/5 4/30/8');
  expect(xAtInputs(points, 20, 'time', 'linear')).toBe(3);
  expect(xAtInputs(points, 20, 'inputs', 'linear')).toBe(20);
  expect(xAtInputs(points, 100, 'inputs', 'log')).toBe(2);
  expect(xAtInputs(points, 5, 'time', 'linear')).toBe(2);
  expect(xAtInputs(points, 31, 'time', 'linear')).toBeNull();
  expect(xAtInputs(points, 0, 'inputs', 'log')).toBeNull();
});
