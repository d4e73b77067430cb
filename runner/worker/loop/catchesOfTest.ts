import { firstFrom } from '../../../src/coverage/scan/hits';
import type { CoverageMap } from '../../../src/coverage/coverageMap';

/**
 * Finds out whether the last input made its property catch an error. A property that calls a parser in a `try`, and
 * passes when a text cannot be parsed, rejects this input as `fc.pre` does: inputs that are not rejected are worth more.
 */
export class CatchesOfTest {
  /** Edges of the `catch` clauses of the test file. */
  private readonly edges: number[] = [];
  /** Number of edges that were searched for catches: more edges come when files are loaded. */
  private known = 0;

  /** `file`: the test file, by the name under which it is covered. */
  constructor(
    private readonly coverage: CoverageMap,
    private readonly file: string,
  ) {}

  /** Whether a `catch` was reached. `hitCount`: hits of the last scan. */
  wereReached(hitCount: number): boolean {
    const { coverage, edges } = this;
    for (; this.known < coverage.edgeCount; this.known += 1) {
      const { kind, file } = coverage.edgeOf(this.known);
      if (kind === 'catch' && file === this.file) edges.push(this.known);
    }
    return edges.some((edge) => isHit(coverage.hits, hitCount, edge));
  }
}

/** The hits are in ascending order. The edge is in the bits above the three lowest bits: see `CoverageMap`. */
function isHit(hits: Uint32Array, count: number, edge: number): boolean {
  const at = firstFrom(hits, count, edge * 8);
  return at < count && hits[at]! >>> 3 === edge;
}
