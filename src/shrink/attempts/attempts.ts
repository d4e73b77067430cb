import { withoutTexts, type Choices, type ChoiceValue, type Fork } from '../../choice/choices';
import { encodeChoices } from '../../choice/encoding';
import { compareChoices, compareSizes } from '../../choice/order';
import { tracksOf, withValues, type ChoiceNode, type Recording, type Track } from '../../property/recording';
import { KnownRuns } from './knownRuns';
import type { Steps } from './steps';

/** One choice of the best recording. */
export interface Place {
  /** Indexes in `forks` that lead from the main track to the track of the choice. */
  readonly path: readonly number[];
  readonly index: number;
  readonly node: ChoiceNode;
}

/**
 * The state that the passes share: the best recording so far, and the candidates that were tried.
 * Invariant: `best` failed with the origin being shrunk, and only ever becomes simpler (by `compare`).
 */
export class Attempts {
  best: Recording;
  /** The recording of the latest candidate that was run. It shows the structure of inputs that did not fail. */
  latest: Recording;
  evaluations = 0;
  shrinks = 0;
  /** Thrown when the evaluations are used up; recognized by identity. */
  readonly outOfBudget = new Error('No evaluations are left for this shrink.');
  readonly #maxEvaluations: number;
  readonly #compare: typeof compareChoices;
  readonly #tried = new Set<string>();
  readonly #known = new KnownRuns();

  constructor(start: Recording, maxEvaluations: number, compare = compareChoices) {
    this.best = start;
    this.latest = start;
    this.#maxEvaluations = maxEvaluations;
    this.#compare = compare;
    this.#tried.add(keyOf(start.choices));
    this.#known.add(start);
  }

  /**
   * Runs a candidate, unless it is not simpler or the result of its run is already known. Returns true when the
   * candidate became the best. Which choices will be texts is mostly not known before the run. So a candidate that is
   * smaller by `compareSizes` is run too.
   */
  *attempt(candidate: Choices): Steps<boolean> {
    const { choices } = this.best;
    if (compareSizes(candidate, choices) >= 0 && this.#compare(candidate, choices) >= 0) return false;
    const key = keyOf(candidate);
    if (this.#tried.has(key)) return false;
    this.#tried.add(key);
    if (this.#known.has(candidate)) return false;
    if (this.evaluations >= this.#maxEvaluations) throw this.outOfBudget;
    this.evaluations += 1;
    const { interesting, recording } = yield candidate;
    this.#tried.add(keyOf(recording.choices));
    this.#known.add(recording);
    this.latest = recording;
    if (!interesting || this.#compare(recording.choices, this.best.choices) >= 0) return false;
    this.best = recording;
    this.shrinks += 1;
    return true;
  }

  /** Tries `values` as all choices of the track at `path`. */
  *attemptTrack(path: readonly number[], values: readonly ChoiceValue[]): Steps<boolean> {
    return yield* this.attempt(withValues(this.best.choices, path, values));
  }

  /** Tries the track at `path` with `values` in the place of the choices `start` … `end - 1`. */
  *attemptSplice(path: readonly number[], start: number, end: number, values: readonly ChoiceValue[]): Steps<boolean> {
    const old = this.values(path);
    return yield* this.attemptTrack(path, [...old.slice(0, start), ...values, ...old.slice(end)]);
  }

  /**
   * As `attemptSplice`, with a part whose texts are known. A text counts as one unit, so a part with more choices can
   * be simpler.
   */
  *attemptPart(path: readonly number[], start: number, end: number, part: Fork): Steps<boolean> {
    const { values, texts = [] } = forkAt(this.best.choices, path);
    const spliced = [...values.slice(0, start), ...part.values, ...values.slice(end)];
    const moved = movedTexts(texts, start, end, part);
    return yield* this.attempt(withValues(this.best.choices, path, spliced, moved));
  }

  /** Tries other values at some places. */
  *attemptValues(changes: readonly (readonly [Place, ChoiceValue])[]): Steps<boolean> {
    let candidate = this.best.choices;
    for (const [{ path, index }, value] of changes) {
      candidate = withValues(candidate, path, forkAt(candidate, path).values.with(index, value));
    }
    return yield* this.attempt(candidate);
  }

  /** The paths to all tracks of the best recording that have choices. */
  paths(): (readonly number[])[] {
    return tracksOf(this.best).map(({ path }) => path);
  }

  /** A track of the best recording; an empty track if there is none at `path` any more. */
  track(path: readonly number[]): Track {
    return trackAt(this.best, path);
  }

  values(path: readonly number[]): ChoiceValue[] {
    return this.track(path).nodes.map((node) => node.value);
  }

  /** All choices of the best recording, in the order in which `compareChoices` compares them. */
  places(): Place[] {
    return tracksOf(this.best).flatMap(({ path, track }) =>
      track.nodes.map((node, index): Place => ({ path, index, node })),
    );
  }

  /** The choice that is at a place now; null if there is none. */
  nodeAt({ path, index }: Place): ChoiceNode | null {
    return this.track(path).nodes[index] ?? null;
  }
}

const EMPTY_TRACK: Track = { nodes: [], spans: [], forks: [] };

/** The track at `path`; an empty track if there is none. */
export function trackAt({ main }: Recording, path: readonly number[]): Track {
  let track: Track | null = main;
  for (const index of path) track = track?.forks[index] ?? null;
  return track ?? EMPTY_TRACK;
}

function forkAt(choices: Choices, path: readonly number[]): Fork {
  let fork: Fork | null = choices;
  for (const index of path) fork = fork?.forks[index] ?? null;
  return fork ?? { values: [], forks: [] };
}

/**
 * The positions of texts after `part` has replaced `start` … `end - 1`. A larger text that contains this range stays
 * one text.
 */
function movedTexts(texts: readonly number[], start: number, end: number, part: Fork): number[] {
  const [before, after]: [number[], number[]] = [[], []];
  const shift = part.values.length - (end - start);
  let inner = (part.texts ?? []).map((at) => at + start);
  for (let at = 0; at < texts.length; at += 2) {
    const [from, to] = [texts[at]!, texts[at + 1]!];
    if (to <= start) before.push(from, to);
    else if (from >= end) after.push(from + shift, to + shift);
    else if (to - from > end - start) inner = to + shift - from > 1 ? [from, to + shift] : [];
  }
  return [...before, ...inner, ...after];
}

function keyOf(choices: Choices): string {
  return Buffer.from(encodeChoices(withoutTexts(choices))).toString('latin1');
}
