import type { Edge } from '../coverage/source/edges';
import type { Place } from '../protocol/origin';

/** An edge that only failing runs took, with its line in the user's source. */
export interface SuspectEdge extends Pick<Edge, 'kind'> {
  /** Index in the coverage map. There the edges of one file are side by side, in the order of its text. */
  readonly index: number;
  /** Relative to the root. */
  readonly file: string;
  readonly line: number;
}

/** At most this many places are shown: a longer list helps no reader. */
const MOST_PLACES = 3;

/**
 * The few most useful of the edges that only failing runs took, as `file:line`: the places where failing runs take
 * another branch than passing runs. The place nearest to the failure comes first. Later edges of the same branch are
 * left out because they follow from its first edge. The line of the failure is left out because it is known.
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

/** The distance of a place in another file: more than the distance of any line in the same file. */
const FAR = 1e9;

/**
 * The distance from the failure, in lines. A line below counts ten times, because lines above may lead to the failure.
 */
function farness({ file, line }: SuspectEdge, failure: Place | null): number {
  if (failure === null || file !== failure.file) return FAR;
  return line <= failure.line ? failure.line - line : 10 * (line - failure.line);
}
