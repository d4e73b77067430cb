import type { Edge } from '../coverage/source/edges';
import type { Place } from '../protocol/origin';

/** An edge that only failing runs took, with its line in the user's own text. */
export interface SuspectEdge extends Pick<Edge, 'kind'> {
  /** Place in the coverage map: edges of a file follow each other in the order of its text. */
  readonly index: number;
  /** Relative to the root. */
  readonly file: string;
  readonly line: number;
}

/** Most places that are told: nobody reads more. */
const MOST_PLACES = 3;

/**
 * Of edges that only failing runs took, the few that say most: `file:line` where such runs leave the way of the others,
 * the nearest to the place of the failure first. What lies behind the first edge of a branch follows from it, and the
 * line of the failure itself is known.
 */
export function nearestPlaces(edges: readonly SuspectEdge[], failure: Place | null): string[] {
  const inCode = edges.filter(({ kind }) => kind !== 'exception' && kind !== 'label');
  const isKnown = ({ file, line }: SuspectEdge): boolean => file === failure?.file && line === failure.line;
  const first = inCode.filter((edge, at) => {
    const before = inCode[at - 1];
    return before === undefined || before.file !== edge.file || before.index !== edge.index - 1;
  });
  const nearest = first.filter((edge) => !isKnown(edge)).sort((a, b) => farness(a, failure) - farness(b, failure));
  return [...new Set(nearest.map(({ file, line }) => `${file}:${line}`))].slice(0, MOST_PLACES);
}

/** Farther than any line of the same file. */
const FAR = 1e9;

/** Lines away from the failure: what is above may lead to it, and what is in another file is farther than that. */
function farness({ file, line }: SuspectEdge, failure: Place | null): number {
  if (failure === null || file !== failure.file) return FAR;
  return line <= failure.line ? failure.line - line : 10 * (line - failure.line);
}
