import type { Choices, ChoiceValue } from '../choice/choices';
import type { Random } from '../choice/random';
import { tracksOf, withValues, type PlacedTrack, type Recording } from '../property/recording';
import type { Dictionary } from './dictionary';

/** What a mutation may use besides the input it changes. */
export interface MutationContext {
  readonly random: Random;
  /** Another input of the same target, to take parts from. */
  readonly other: () => Recording;
  /** A number for arbitraries that are the same in every execution of the test; undefined for those that are not. */
  readonly labelOf: (arbitrary: object) => number | undefined;
  readonly dictionary: Dictionary;
}

/** One way to change an input; null when it does not apply to this one. What is missing is drawn at random. */
export type Mutator = (recording: Recording, context: MutationContext) => Choices | null;

/** A track with something in it, drawn by its number of choices: the main track, unless forks were drawn from. */
export function pickTrack(recording: Recording, random: Random): PlacedTrack | null {
  const tracks = tracksOf(recording);
  if (tracks.length < 2) return tracks[0] ?? null;
  const total = tracks.reduce((sum, { track }) => sum + track.nodes.length, 0);
  let at = random.below(total);
  for (const placed of tracks) {
    at -= placed.track.nodes.length;
    if (at < 0) return placed;
  }
  return tracks[0]!;
}

export function valuesOf(placed: PlacedTrack): ChoiceValue[] {
  return placed.track.nodes.map((node) => node.value);
}

/** The choices of `recording` with `count` values from `start` on replaced by `values`. */
export function replaceValues(
  recording: Recording,
  placed: PlacedTrack,
  start: number,
  count: number,
  values: readonly ChoiceValue[],
): Choices {
  const changed = valuesOf(placed);
  changed.splice(start, count, ...values);
  return withValues(recording.choices, placed.path, changed);
}
