import { Corpus, type CorpusEntry, type Interest } from '../corpus/corpus';
import type { Random } from '../choice/random';
import type { Comparison } from '../coverage/comparisons/comparison';
import { Subject } from '../mutate/subject';
import type { Observation } from './attempt';
import { OperandStates } from './operandStates';
import type { Technique } from './techniques';

/** Changes of the corpus of a fuzzer, for the caller to store. */
export interface CorpusChange {
  readonly added: CorpusEntry<Subject>[];
  readonly dropped: CorpusEntry<Subject>[];
}

/** An input that became an entry. */
export interface Admitted {
  readonly entry: CorpusEntry<Subject>;
  readonly subject: Subject;
  /** Whether it showed something new, not only a simpler way to something known. */
  readonly isNew: boolean;
}

/** One in this many entries is chosen for the state that it reached (`OperandStates`). */
const STATE_TURN = 8;

/** At most this many unstable features get an input, although they are unstable. */
const KEPT_UNSTABLE = 256;

/**
 * The inputs that a fuzzer mutates. Each is kept for the features that only it shows, or that it shows in the simplest
 * way.
 */
export class Corpora {
  /** Of all inputs. */
  readonly main = new Corpus<Subject>();
  /** The corpus of inputs that were not rejected, with counts of its own: empty while no input is rejected. */
  private readonly valid = new Corpus<Subject>();
  private rejectsSome = false;
  /** Inputs that showed states which no branch shows. */
  private readonly byState = new Corpus<Subject>();
  private readonly states = new OperandStates();
  /**
   * Edges and labels that one run of an input showed and another run of the same input did not, without hit-count
   * buckets.
   */
  readonly unstable = new Set<number>();
  /** Features that inputs showed when they were run again. */
  private readonly repeats = new Set<number>();
  /** How many unstable features got an input, although they are unstable. */
  private keptUnstable = 0;
  private change: CorpusChange = { added: [], dropped: [] };
  private readonly below = (size: number): number => this.random.below(size);

  constructor(
    private readonly random: Random,
    private readonly techniques: ReadonlySet<Technique>,
  ) {}

  get size(): number {
    return this.main.entries.length;
  }

  /** What changed in `main` and `valid` since the last call. */
  takeChange(): CorpusChange {
    const { change } = this;
    this.change = { added: [], dropped: [] };
    return change;
  }

  /** Chooses an entry to mutate. The corpus must not be empty. */
  choose(): CorpusEntry<Subject> {
    const { random } = this;
    if (this.byState.entries.length > 0 && random.below(STATE_TURN) === 0) return this.byState.choose(this.below);
    const corpus = this.valid.entries.length > 0 && random.coin() ? this.valid : this.main;
    if (!this.techniques.has('rarity')) return corpus.entries[random.below(corpus.entries.length)]!;
    return corpus.choose(this.below);
  }

  /**
   * Whether an attempt that did not fail showed something new, or a simpler way to something. Call this once for each
   * attempt: it counts the features.
   */
  interestOf(seen: Observation): Interest {
    if (seen.isRejected) this.rejectsSome = true;
    const interest = this.main.note(seen.features, seen.featureCount, seen.size);
    if (!this.isSelected(seen)) return interest;
    const interestOfValid = this.valid.note(seen.features, seen.featureCount, seen.size);
    return interest === 'new' || interestOfValid === 'none' ? interest : interestOfValid;
  }

  /** Whether an input was accepted where others were rejected (the validity feedback of Zest, ISSTA 2019). */
  private isSelected(seen: Observation): boolean {
    return this.rejectsSome && !seen.isRejected && this.techniques.has('validity');
  }

  /** Admits an input that showed `features`. Null when it is not the simplest input for any of them. */
  admit(seen: Observation, features: Uint32Array): Admitted | null {
    const recording = seen.recording();
    const subject = new Subject(recording);
    const kinds = this.isSelected(seen) ? [this.main, this.valid] : [this.main];
    const admissions = kinds.map((corpus) => corpus.admit(recording.choices, seen.size, features, subject));
    // An entry that was dropped from one corpus may still be in the other corpus.
    const isKept = ({ data }: CorpusEntry<Subject>): boolean =>
      [this.main, this.valid].some(({ entries }) => entries.some((other) => other.data === data));
    this.change.dropped.push(...admissions.flatMap(({ dropped }) => dropped.filter((old) => !isKept(old))));
    const entry = admissions.find((admission) => admission.entry !== null)?.entry ?? null;
    if (entry === null) return null;
    this.change.added.push(entry);
    return { entry, subject, isNew: admissions.some(({ newFeatures }) => newFeatures.length > 0) };
  }

  /** Features that an input showed both times it was run are stable. */
  noteStable(features: Uint32Array): void {
    for (const feature of features) this.repeats.add(feature);
  }

  /** Admits an input that showed `features` at first, and other features when it was run `again`. */
  admitUnstable(again: Observation, features: Uint32Array): Admitted | null {
    const corpora = [this.main, this.valid];
    const isKnown = (feature: number): boolean => corpora.some((corpus) => corpus.isKnown(feature));
    const repeated = new Set(again.features.subarray(0, again.featureCount));
    // A branch behind a cache shows only once for each input, but an input for it is still useful. If the differences
    // are due to chance, each run shows another branch.
    const isChance = [...repeated].some(
      (feature) => !features.includes(feature) && !isKnown(feature) && !this.repeats.has(feature),
    );
    for (const feature of repeated) this.repeats.add(feature);
    const unstable: number[] = [];
    const admitted = features.filter((feature) => {
      if (repeated.delete(feature)) return true;
      this.unstable.add(feature >>> 3);
      unstable.push(feature);
      if (isChance || isKnown(feature) || this.keptUnstable >= KEPT_UNSTABLE) return false;
      this.keptUnstable += 1;
      return true;
    });
    for (const feature of repeated) this.unstable.add(feature >>> 3);
    const result = this.admit(again, admitted);
    for (const feature of unstable) for (const corpus of corpora) corpus.settle(feature);
    return result;
  }

  /**
   * Admits an input if its comparisons show a state that no input showed before, or show a state in a smaller input.
   * Returns whether they show a new state.
   */
  admitState(subject: Subject, comparisons: readonly Comparison[], { size }: Observation): boolean {
    const features = this.states.featuresOf(comparisons, (value) => subject.hasValue(value));
    if (this.byState.note(Uint32Array.from(features), features.length, size) === 'none') return false;
    return this.byState.admit(subject.recording.choices, size, features, subject).newFeatures.length > 0;
  }
}
