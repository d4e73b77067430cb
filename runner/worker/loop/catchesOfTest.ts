import { firstFrom } from '../../../src/coverage/scan/hits';
import type { CoverageMap } from '../../../src/coverage/coverageMap';

/**
 * Finds out whether the last input made its property catch an error. A property that calls a parser in a `try`, and
 * passes when a text cannot be parsed, rejects this input as `fc.pre` does: inputs that are not rejected are worth more.
 */
export class CatchesOfTest {
  /** Edges of the `catch` clauses of the test file. */
  private readonly edges: number[] = [];
  /** Edges that were searched for catches: more edges come as files are loaded. */
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

/** Hits rise, with the edge above their three lowest bits: see `CoverageMap`. */
function isHit(hits: Uint32Array, count: number, edge: number): boolean {
  const at = firstFrom(hits, count, edge * 8);
  return at < count && hits[at]! >>> 3 === edge;
}
