import type { CoveragePoint, TargetId } from '../../protocol/target';
import { jsonCodec, type Codec } from './codec';
import type { WriteOperation } from '../base/database';
import { hashKey, keyPart } from '../base/key';

/** A part of the curve of one target in one run. */
export interface PointChunk {
  readonly runId: string;
  readonly targetId: TargetId;
  /** Each `[sequence, runSeconds, inputs, cpuSeconds, behaviors]`, in order. */
  readonly rows: readonly PointRow[];
}

export type PointRow = readonly number[];

/** When a curve has more points than this, every second one is dropped. */
const MAX_POINTS = 2000;

/** Points in one record. The last record of a curve is written again until it is full. */
export const POINTS_PER_CHUNK = 100;

export const POINTS_PREFIX = 'points/';

export const pointCodec: Codec<PointChunk> = jsonCodec(1, { runId: 'string', targetId: 'string', rows: [['number']] });

/**
 * Collects the points of one run and makes the operations that write them: `points/<run>/<hash of target id>/<chunk>`.
 *
 * A curve stays bounded and evenly spaced: each time it is full, every second point is dropped, and from then on only
 * every second new point is kept. The latest point is always there; if it is not kept, the next one replaces it.
 */
export class PointLog {
  private readonly curves = new Map<TargetId, Curve>();

  constructor(
    private readonly runId: string,
    private readonly maxPoints = MAX_POINTS,
  ) {}

  add(point: CoveragePoint): void {
    let curve = this.curves.get(point.targetId);
    if (curve === undefined) {
      curve = { rows: [], stride: 1, received: 0, firstDirty: 0, isLastExtra: false, storedChunks: 0 };
      this.curves.set(point.targetId, curve);
    }
    if (curve.isLastExtra) curve.rows.pop();
    curve.firstDirty = Math.min(curve.firstDirty, curve.rows.length);
    curve.rows.push([point.sequence, point.runSeconds, point.inputs, point.cpuSeconds, point.behaviors]);
    curve.isLastExtra = curve.received % curve.stride !== 0;
    curve.received += 1;
    if (curve.rows.length > this.maxPoints) thin(curve);
  }

  /** Operations for all points since the last call. The caller must write them: they are not returned again. */
  flush(): WriteOperation[] {
    return [...this.curves].flatMap(([targetId, curve]) => this.flushCurve(targetId, curve));
  }

  private flushCurve(targetId: TargetId, curve: Curve): WriteOperation[] {
    if (curve.firstDirty === curve.rows.length) return [];
    const operations: WriteOperation[] = [];
    const chunks = Math.ceil(curve.rows.length / POINTS_PER_CHUNK);
    for (let index = Math.floor(curve.firstDirty / POINTS_PER_CHUNK); index < chunks; index += 1) {
      const rows = curve.rows.slice(index * POINTS_PER_CHUNK, (index + 1) * POINTS_PER_CHUNK);
      const value = pointCodec.encode({ runId: this.runId, targetId, rows });
      operations.push({ type: 'put', key: chunkKey(this.runId, targetId, index), value });
    }
    for (let index = chunks; index < curve.storedChunks; index += 1) {
      operations.push({ type: 'delete', key: chunkKey(this.runId, targetId, index) });
    }
    curve.firstDirty = curve.rows.length;
    curve.storedChunks = chunks;
    return operations;
  }
}

export function chunkPoints(chunk: PointChunk): CoveragePoint[] {
  const { runId, targetId } = chunk;
  return chunk.rows.map(([sequence = 0, runSeconds = 0, inputs = 0, cpuSeconds = 0, behaviors = 0]) => {
    return { runId, targetId, sequence, runSeconds, inputs, cpuSeconds, behaviors };
  });
}

interface Curve {
  rows: PointRow[];
  /** One of this many received points is kept. */
  stride: number;
  received: number;
  /** Rows from this one on are not in the database yet. */
  firstDirty: number;
  /** True when the last row is there only because it is the latest. */
  isLastExtra: boolean;
  storedChunks: number;
}

function thin(curve: Curve): void {
  const last = curve.rows.length - 1;
  curve.rows = curve.rows.filter((_, index) => index % 2 === 0 || index === last);
  curve.isLastExtra ||= last % 2 !== 0;
  curve.stride *= 2;
  curve.firstDirty = 0;
}

function chunkKey(runId: string, targetId: TargetId, index: number): string {
  return `${POINTS_PREFIX}${keyPart(runId)}/${hashKey(targetId)}/${String(index).padStart(6, '0')}`;
}
