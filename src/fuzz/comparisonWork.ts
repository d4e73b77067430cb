import type { Choices } from '../choice/choices';
import type { Random } from '../choice/random';
import type { Dictionary } from '../mutate/dictionary';
import { inputToState } from '../mutate/inputToState';
import { RecentOperands } from '../mutate/recentOperands';
import { Subject } from '../mutate/subject';
import type { Observation } from './attempt';
import type { Corpora } from './corpora';
import { AdaptiveShare } from './adaptiveShare';
import { Stages } from './stages';
import type { Technique } from './techniques';

/** What a state that no run reached before is worth, where an input that shows something new is worth 1. */
export const STATE_REWARD = 0.2;

/** Cost of a detailed input in ordinary ones. */
export const DETAILED_COST = 8;

/** Inputs during which what is made from operands is run without waiting. */
export const EARLY_INPUTS = 1000;

/** Most inputs made from the operands of one run: of a new entry, and of any other input. */
const CANDIDATES = { entry: 200, other: 24 };

/** Detailed runs that compared nothing after which they become rare. */
const SILENT_RUNS = 16;

/** Of inputs made from operands, least and greatest share that is looked at in detail; and of those made from a state. */
const LOOK_SHARES = { least: 1 / 16, most: 1 / 4, state: 1 / 2 };

/**
 * Choices up to which what an input compared is followed: so many, or twice as many as an input drawn at random or given
 * had, and one more for so many inputs. A chain of ever longer inputs that each show something, and take ever longer to
 * run, would leave no time for anything else (libFuzzer's `-len_control` has the same reason).
 */
const FOLLOWED_SIZE = { least: 64, growth: 2, inputsForOne: 32 };

/** Where a run that is looked at comes from. */
export interface Looked {
  /** The entry of the corpus that it became; null if it did not. */
  readonly entry: Subject | null;
  /** What has to its credit what is found. */
  readonly arm: number | null;
  /** It was made from operands itself. */
  readonly isStaged: boolean;
  /** Ordinary inputs before it. */
  readonly proposed: number;
}

/** An input made from operands. */
export interface StagedInput {
  readonly choices: Choices;
  readonly arm: number | null;
  /** It is to be looked at in turn. */
  readonly isDetailed: boolean;
}

/** What runs were seen to compare, and the inputs that are made from it. */
export class ComparisonWork {
  readonly operands = new RecentOperands();
  readonly #stages: Stages;
  readonly #looks = new AdaptiveShare(LOOK_SHARES.least, LOOK_SHARES.most);
  /** Detailed runs one after the other that compared nothing. */
  #silentRuns = 0;
  /** Choices of the largest input that was drawn at random, or given. */
  #largestGiven = 0;

  constructor(
    private readonly random: Random,
    private readonly corpora: Corpora,
    private readonly techniques: ReadonlySet<Technique>,
  ) {
    this.#stages = new Stages(random);
  }

  /** Whether runs have compared nothing for a while. */
  get isSilent(): boolean {
    return this.#silentRuns >= SILENT_RUNS;
  }

  /** To be told of inputs that were drawn at random, or given: others should not be much larger. */
  noteGiven({ size }: Observation): void {
    this.#largestGiven = Math.max(this.#largestGiven, size);
  }

  /** What an input was worth. */
  reward(isStaged: boolean, amount: number): void {
    this.#stages.reward(isStaged, amount);
  }

  /** The next input, when there is one and it is its turn. */
  next(): StagedInput | null {
    const staged = this.#stages.next();
    if (staged === null) return null;
    const { choices, arm, isFromState } = staged;
    // The next state may be one more comparison away.
    const isDetailed = this.random.share() < (isFromState ? LOOK_SHARES.state : this.#looks.share);
    if (isDetailed) this.#stages.charge(DETAILED_COST - 1);
    return { choices, arm, isDetailed };
  }

  /**
   * Queues inputs that make the comparisons of a detailed run come out otherwise. Returns whether the run reached a state,
   * and is no entry.
   */
  follow(seen: Observation, { entry, arm, isStaged, proposed }: Looked, dictionary: Dictionary): boolean {
    if (seen.status === 'overrun' || !this.techniques.has('input-to-state')) return false;
    const comparisons = seen.comparisons();
    this.#silentRuns = comparisons.length === 0 ? this.#silentRuns + 1 : 0;
    if (comparisons.length === 0) return false;
    for (const comparison of comparisons) this.operands.add(comparison);
    if (seen.size > this.#followedSize(proposed)) return false;
    const subject = entry ?? new Subject(seen.recording());
    const isFromState = this.techniques.has('operand states') && this.corpora.admitState(subject, comparisons, seen);
    // Of what was made from operands, only what reached a state is followed further.
    if (isStaged) this.#looks.note(isFromState);
    if (!isFromState && isStaged) return false;
    const isNews = isFromState && entry === null;
    if (isNews) this.reward(isStaged, STATE_REWARD);
    const candidates = inputToState(subject, this.#stages.leastTried(comparisons), dictionary, this.random);
    const left = entry === null ? CANDIDATES.other : CANDIDATES.entry;
    const isPressing = isFromState || entry !== null || proposed < EARLY_INPUTS;
    this.#stages.add({ candidates, left, arm, isFromState }, isPressing);
    return isNews;
  }

  #followedSize(proposed: number): number {
    const { least, growth, inputsForOne } = FOLLOWED_SIZE;
    return Math.max(least, growth * this.#largestGiven) + proposed / inputsForOne;
  }
}
