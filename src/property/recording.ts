import type { Choices, ChoiceValue, Fork } from '../choice/choices';

/**
 * The question that a choice answers. length: how many items does a list have. selector: which branch of `oneof`.
 * index: which of several constants. coin: does fast-check bias the choices that follow.
 */
export type Role = 'value' | 'length' | 'selector' | 'index' | 'coin';

/** One choice with the range it was drawn from. `min === max`: it was forced. */
export interface ChoiceNode {
  readonly value: ChoiceValue;
  readonly min: ChoiceValue;
  /** The value of a `length` may be larger: then it is a length that fast-check allows but does not draw. */
  readonly max: ChoiceValue;
  readonly role: Role;
}

/** The choices `start` … `end - 1` of a track, drawn by one call of `generate` of an arbitrary. */
export interface Span {
  readonly arbitrary: object;
  readonly start: number;
  readonly end: number;
  /** Place of the enclosing span in the list of spans; -1 for none. Parents come before their children. */
  readonly parent: number;
  /** The value that the arbitrary generated, the very object that the property gets: do not change it. */
  readonly value: unknown;
  /** Set when the span is a list: its first choice without role `coin` is its length, its other children are items. */
  readonly list: ListShape | null;
}

export interface ListShape {
  readonly minLength: number;
  /** The longest that is legal: more than what fast-check itself draws. */
  readonly maxLength: number;
}

/** The choices that were drawn from one source of randomness. */
export interface Track {
  readonly nodes: readonly ChoiceNode[];
  /** In the order in which they were opened; empty unless asked for. */
  readonly spans: readonly Span[];
  readonly forks: readonly (Track | null)[];
}

/** Everything that one generation and run drew: the choices, and the facts about each. */
export interface Recording {
  readonly choices: Choices;
  readonly main: Track;
}

/** A track of a recording with the way to it: the places in `forks`, from the main track on. */
export interface PlacedTrack {
  readonly path: readonly number[];
  readonly track: Track;
}

/** All tracks from which something was drawn, main track first. */
export function tracksOf(recording: Recording): PlacedTrack[] {
  const { main } = recording;
  // Nearly all inputs have one track.
  if (main.forks.length === 0) return main.nodes.length > 0 ? [{ path: MAIN, track: main }] : [];
  const found: PlacedTrack[] = [];
  const visit = (track: Track, path: readonly number[]): void => {
    if (track.nodes.length > 0) found.push({ path, track });
    track.forks.forEach((fork, index) => {
      if (fork !== null) visit(fork, [...path, index]);
    });
  };
  visit(main, MAIN);
  return found;
}

const MAIN: readonly number[] = [];

/** `choices` with the values of the track at `path` replaced; `texts`: as in `Fork`, if they are known. */
export function withValues(
  choices: Choices,
  path: readonly number[],
  values: readonly ChoiceValue[],
  texts?: readonly number[],
): Choices {
  const { forks, biased } = choices;
  // Nearly all inputs have one track.
  if (path.length === 0) return { values, forks, texts, biased };
  const replaced = replaceFork(choices, path, 0, { values, texts });
  return { values: replaced.values, forks: replaced.forks, texts: replaced.texts, biased };
}

type Values = Pick<Fork, 'values' | 'texts'>;

function replaceFork(fork: Fork, path: readonly number[], depth: number, by: Values): Fork {
  if (depth === path.length) return { values: by.values, forks: fork.forks, texts: by.texts };
  const forks = [...fork.forks];
  const index = path[depth]!;
  while (forks.length <= index) forks.push(null);
  forks[index] = replaceFork(forks[index] ?? { values: [], forks: [] }, path, depth + 1, by);
  return { values: fork.values, forks, texts: fork.texts };
}
