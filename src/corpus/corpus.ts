import { compareSizes } from '../choice/order';
import type { Choices } from '../choice/choices';

/** A kept input. `data` is anything that the caller wants to keep with it. */
export interface CorpusEntry<Data> {
  readonly choices: Choices;
  /** Number of choices, forks included. An input with fewer choices is smaller. */
  readonly size: number;
  readonly data: Data;
  /** Features for which this entry is the smallest known input. */
  readonly owned: Set<number>;
}

/** The result of a run: a feature that no run showed before, a smaller input for a known one, or neither. */
export type Interest = 'new' | 'smaller' | 'none';

/** The changes that admitting an input made. */
export interface Admission<Data> {
  /** The entry that was made; null when there is none, because it would own nothing. */
  readonly entry: CorpusEntry<Data> | null;
  readonly newFeatures: readonly number[];
  /** Entries that own nothing any more, and are gone. */
  readonly dropped: readonly CorpusEntry<Data>[];
}

/**
 * The covering corpus of one target: for every feature (an edge with a hit-count bucket, or a label) it has the
 * smallest known input that shows the feature. `compareSizes` decides which is smaller: small inputs are cheap to run
 * and to change. An entry that owns no feature is dropped, so the corpus cannot grow beyond the number of features
 * (libFuzzer keeps its corpus the same way).
 *
 * Features are small whole numbers. `note` is on the path of every run: it reads and writes two typed arrays.
 */
export class Corpus<Data> {
  readonly entries: CorpusEntry<Data>[] = [];
  /**
   * Features that have owners, in any order: `choose` draws from them. The next two lists have, at the same place, the
   * owner and the cost of mutating it. They exist because `choose` reads several costs for each mutant, and entries lie
   * far apart in memory.
   */
  private readonly features: number[] = [];
  private readonly owners: CorpusEntry<Data>[] = [];
  private readonly costs: number[] = [];
  /** By feature: one more than its place in these lists; 0 where it has no owner. */
  private places = new Uint32Array(INITIAL_FEATURES);
  /** By feature: the number of runs that showed it, saturating. */
  private counts = new Uint16Array(INITIAL_FEATURES);
  /** 0: no owner; else the owner's size plus 1, saturating; 1 also marks features that are settled (see `settle`). */
  private sizes = new Uint16Array(INITIAL_FEATURES);

  /** Counts the features of a run and returns whether the input is of interest. `size` is its number of choices. */
  note(features: Uint32Array, count: number, size: number): Interest {
    let interest: Interest = 'none';
    for (let i = 0; i < count; i += 1) {
      const feature = features[i]!;
      if (feature >= this.sizes.length) this.grow(feature);
      const seen = this.counts[feature]!;
      if (seen < SATURATED) this.counts[feature] = seen + 1;
      const owner = this.sizes[feature]!;
      if (owner === 0) interest = 'new';
      else if (size + 1 < owner && interest === 'none') interest = 'smaller';
    }
    return interest;
  }

  /** Adds an input that shows `features` (and shows them again when it is run again). */
  admit(choices: Choices, size: number, features: Iterable<number>, data: Data): Admission<Data> {
    const entry: CorpusEntry<Data> = { choices, size, data, owned: new Set() };
    const newFeatures: number[] = [];
    const dropped: CorpusEntry<Data>[] = [];
    for (const feature of features) {
      if (feature >= this.sizes.length) this.grow(feature);
      let place = this.places[feature]! - 1;
      if (place < 0) {
        if (this.sizes[feature] !== 0) continue;
        newFeatures.push(feature);
        this.places[feature] = this.features.push(feature);
        place = this.features.length - 1;
      } else {
        const owner = this.owners[place]!;
        if (compareSizes(choices, owner.choices) >= 0) continue;
        owner.owned.delete(feature);
        if (owner.owned.size === 0) dropped.push(owner);
      }
      this.owners[place] = entry;
      this.costs[place] = (size + SIZE_OF_ANY) ** 2;
      entry.owned.add(feature);
      this.sizes[feature] = Math.min(size + 1, SATURATED);
    }
    for (const old of dropped) this.entries.splice(this.entries.indexOf(old), 1);
    if (entry.owned.size === 0) return { entry: null, newFeatures, dropped };
    this.entries.push(entry);
    return { entry, newFeatures, dropped };
  }

  /** Ends the search for smaller inputs of a feature, because it does not appear each time an input is run. */
  settle(feature: number): void {
    if (feature >= this.sizes.length) this.grow(feature);
    this.sizes[feature] = 1;
  }

  isKnown(feature: number): boolean {
    return feature < this.sizes.length && this.sizes[feature] !== 0;
  }

  /**
   * Draws an entry to mutate. New features are often near inputs that show rare features (the idea of AFLFast and
   * Entropic), and small inputs cost less to change and run. So a few features are drawn at random, and the owner of
   * one of them is chosen: of the feature with the smallest number of runs times the squared size of its owner (plus
   * `SIZE_OF_ANY`). `below(n)` gives a uniform whole number under n. The corpus must not be empty.
   */
  choose(below: (size: number) => number): CorpusEntry<Data> {
    let best = 0;
    let bestWeight = Infinity;
    for (let round = 0; round < TOURNAMENT; round += 1) {
      const place = below(this.features.length);
      const weight = (this.counts[this.features[place]!]! + 1) * this.costs[place]!;
      if (weight >= bestWeight) continue;
      best = place;
      bestWeight = weight;
    }
    return this.owners[best]!;
  }

  private grow(feature: number): void {
    const length = Math.max(this.sizes.length * 2, feature + 1);
    const counts = new Uint16Array(length);
    counts.set(this.counts);
    this.counts = counts;
    const sizes = new Uint16Array(length);
    sizes.set(this.sizes);
    this.sizes = sizes;
    const places = new Uint32Array(length);
    places.set(this.places);
    this.places = places;
  }
}

const INITIAL_FEATURES = 4096;
const SATURATED = 0xffff;

/**
 * Cost of running any input, even the smallest, in choices. Among inputs that are smaller than this, size hardly
 * matters.
 */
const SIZE_OF_ANY = 32;

/**
 * Number of features that compete in `choose`. With 1, rarity would be ignored; with many, nothing but rarity and size
 * would count.
 */
const TOURNAMENT = 4;
