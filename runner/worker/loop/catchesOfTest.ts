import { firstFrom } from '../../../src/coverage/scan/hits';
import type { CoverageMap } from '../../../src/coverage/coverageMap';

/**
 * Tells whether the last input made its property catch an error. A property that calls a parser in a `try`, and is
 * content with what cannot be parsed, rejects that input as one with `fc.pre` does: what others do is worth more.
 */
export class CatchesOfTest {
  /** Edges of the `catch` clauses of the test file. */
  private readonly edges: number[] = [];
  /** Edges that were looked at: more come as files are loaded. */
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
