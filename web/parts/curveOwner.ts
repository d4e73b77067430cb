import { fuzzers, run } from '../state/store';
import { placeOf } from './fuzzers';

/** The end of a chart's caption. With several fuzzers it says which of them the curves belong to. */
export function curveOwner(): string {
  return fuzzers.value.length < 2 || run.value === null ? '' : ` The curves show only ${placeOf(run.value)}.`;
}
