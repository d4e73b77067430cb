import { fuzzers, run } from '../state/store';
import { placeOf } from './fuzzers';

/** The end of a caption: of several fuzzers, curves are of one. */
export function curveOwner(): string {
  return fuzzers.value.length < 2 || run.value === null ? '' : ` Curves are of ${placeOf(run.value)} alone.`;
}
