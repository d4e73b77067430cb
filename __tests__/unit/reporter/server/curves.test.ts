import { describe, expect, test } from '@jest/globals';
import { thinCurve, thinCurves } from '../../../../reporter/server/curves';
import type { FuzzEvent } from '../../../../src/protocol/events';
import type { CoveragePoint } from '../../../../src/protocol/target';
import { pointEvent, targetEvent } from '../../web/events';

function curve(length: number): CoveragePoint[] {
  return Array.from({ length }, (_, sequence) => (pointEvent('a', sequence) as FuzzEvent & { type: 'point' }).point);
}

describe('thinCurve', () => {
  test.each([2, 3, 8, 100, 256])('to %d points: first and last stay, order stays', (limit) => {
    const thin = thinCurve(curve(10_000), limit);
    expect(thin.length).toBeLessThanOrEqual(limit);
    expect(thin[0]!.sequence).toBe(0);
    expect(thin.at(-1)!.sequence).toBe(9999);
    expect(thin.map((point) => point.sequence)).toEqual(thin.map((p) => p.sequence).sort((a, b) => a - b));
  });

  test('a short curve is not touched', () => {
    const short = curve(8);
    expect(thinCurve(short, 8)).toBe(short);
  });

  test('keeps detail at the start and no long gap at the end', () => {
    const kept = thinCurve(curve(10_000), 256).map((point) => point.sequence);
    expect(kept.filter((sequence) => sequence < 100).length).toBeGreaterThan(30);
    const gaps = kept.slice(1).map((sequence, index) => sequence - kept[index]!);
    expect(Math.max(...gaps)).toBeLessThan(100);
  });
});

describe('thinCurves', () => {
  test('bounds all curves together and keeps every other event', () => {
    const events: FuzzEvent[] = [];
    for (let target = 0; target < 500; target += 1) {
      events.push(targetEvent(`t${target}`));
      for (let at = 0; at < 200; at += 1) events.push(pointEvent(`t${target}`, at));
    }
    const thin = thinCurves(events);
    expect(thin.filter((event) => event.type === 'target')).toHaveLength(500);
    const points = thin.filter((event) => event.type === 'point');
    expect(points.length).toBeLessThanOrEqual(20_000);
    expect(new Set(points.map((event) => event.point.targetId)).size).toBe(500);
  });
});
