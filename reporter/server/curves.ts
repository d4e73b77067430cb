import type { FuzzEvent } from '../../src/protocol/events';
import type { CoveragePoint } from '../../src/protocol/target';

/** Most points in a snapshot, all targets together: about 3 MB of JSON. */
const MAX_POINTS = 20_000;
const MAX_POINTS_OF_TARGET = 256;
const MIN_POINTS_OF_TARGET = 8;

/** The events of a snapshot with curves thinned, so that a page with thousands of targets opens quickly. */
export function thinCurves(events: readonly FuzzEvent[]): FuzzEvent[] {
  const curves = new Map<string, CoveragePoint[]>();
  const others: FuzzEvent[] = [];
  for (const event of events) {
    if (event.type !== 'point') others.push(event);
    else {
      const curve = curves.get(event.point.targetId);
      if (curve === undefined) curves.set(event.point.targetId, [event.point]);
      else curve.push(event.point);
    }
  }
  const share = Math.floor(MAX_POINTS / Math.max(1, curves.size));
  const limit = Math.min(MAX_POINTS_OF_TARGET, Math.max(MIN_POINTS_OF_TARGET, share));
  for (const curve of curves.values()) {
    for (const point of thinCurve(curve, limit)) others.push({ type: 'point', point });
  }
  return others;
}

/**
 * At most `limit` (2 or more) points of a curve in order, always with the first and the last one. Half of them are
 * spread evenly over the curve and half logarithmically, because the page shows both scales.
 */
export function thinCurve(curve: readonly CoveragePoint[], limit: number): readonly CoveragePoint[] {
  if (curve.length <= limit) return curve;
  const last = curve.length - 1;
  const kept = new Set([0, last]);
  const half = Math.floor(limit / 2);
  for (let step = 1; step < half; step += 1) {
    kept.add(Math.round((last * step) / half));
    kept.add(Math.round(last ** (step / half)));
  }
  return curve.filter((_, index) => kept.has(index));
}
