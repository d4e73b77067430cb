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

/** Reward for a state that no run reached before; an input that shows something new is worth 1. */
export const STATE_REWARD = 0.2;

/** Cost of a detailed input, in ordinary inputs. */
export const DETAILED_COST = 8;

/** During the first inputs, up to this many, inputs made from operands are run at once. */
export const EARLY_INPUTS = 1000;

/** At most this many inputs are made from the operands of one run: the run of a new entry, or of any other input. */
const CANDIDATES = { entry: 200, other: 24 };

/** After this many detailed runs in a row that compared nothing, detailed runs become rare. */
const SILENT_RUNS = 16;

/**
 * The share of inputs made from operands that are run in detail: its least and greatest value, and its value for inputs
 * made from a run that reached a state.
 */
const LOOK_SHARES = { least: 1 / 16, most: 1 / 4, state: 1 / 2 };

/**
 * Comparisons are followed only for inputs up to a size in choices. The limit is `least`, or `growth` times the size of
 * the largest input that was drawn at random or given, if this is more. It grows by one choice for each `inputsForOne`
 * inputs. Without a limit there could be a chain of longer and longer inputs that each show something new and take
 * longer to run, and no time would be left for other inputs (libFuzzer's `-len_control` has the same reason).
 */
const FOLLOWED_SIZE = { least: 64, growth: 2, inputsForOne: 32 };

/** Where a detailed run comes from. */
export interface Looked {
  /** The entry of the corpus that the input became; null if it became none. */
  readonly entry: Subject | null;
  /** The arm that is rewarded for what is found. */
  readonly arm: number | null;
  /** Whether the input was made from operands itself. */
  readonly isStaged: boolean;
  /** Ordinary inputs before it. */
  readonly proposed: number;
}

/** An input made from operands. */
export interface StagedInput {
  readonly choices: Choices;
  readonly arm: number | null;
  /** Whether this input is to be run in detail, too. */
  readonly isDetailed: boolean;
}

/** Makes inputs from what detailed runs compared. */
export class ComparisonWork {
  readonly operands = new RecentOperands();
  readonly #stages: Stages;
  readonly #looks = new AdaptiveShare(LOOK_SHARES.least, LOOK_SHARES.most);
  /** Detailed runs in a row that compared nothing. */
  #silentRuns = 0;
  /** Size in choices of the largest input that was drawn at random or given. */
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

  /** Notes an input that was drawn at random or given: other inputs should not be much larger. */
  noteGiven({ size }: Observation): void {
    this.#largestGiven = Math.max(this.#largestGiven, size);
  }

  /** Notes what an input was worth. `isStaged`: it was made from operands. */
  reward(isStaged: boolean, amount: number): void {
    this.#stages.reward(isStaged, amount);
  }

  /** The next input made from operands; null when there is none, or when it is the turn of another input. */
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
   * Puts inputs in line that should give the comparisons of a detailed run another result. Returns whether the run
   * reached a new state and its input did not become an entry.
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
    // An input made from operands is followed further only if it reached a state.
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
