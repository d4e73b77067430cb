import type { Choices } from '../choice/choices';
import type { Random } from '../choice/random';
import type { CorpusEntry } from '../corpus/corpus';
import type { MutationContext } from '../mutate/mutator';
import type { Subject } from '../mutate/subject';
import type { Attempt, Observation } from './attempt';
import { CorpusTrimming } from './corpusTrimming';
import { GapFilling } from './gapFilling';
import { Generalization } from './generalization';
import type { Technique } from './techniques';

/** An input to run on behalf of an entry of the corpus. */
export interface CorpusStep {
  readonly attempt: Attempt;
  /** Words that were put into the input. */
  readonly words: readonly string[];
  /** Receives the result of the input. */
  readonly observe: (seen: Observation) => void;
}

const NO_WORDS: readonly string[] = [];

/**
 * The work on each new entry of the corpus, one step at a time: `CorpusTrimming` makes it shorter, `Generalization`
 * learns in which places it may hold anything, and `GapFilling` fills these places.
 */
export class CorpusWork {
  private readonly trimming = new CorpusTrimming();
  private readonly generalization: Generalization;
  private readonly gapFilling = new GapFilling();

  constructor(
    random: Random,
    private readonly techniques: ReadonlySet<Technique>,
  ) {
    this.generalization = new Generalization(random, (entry) => {
      if (techniques.has('fillings')) this.gapFilling.add(entry);
    });
  }

  /** Puts an entry in line. `isNew`: the entry showed something new, not only a simpler way to something known. */
  add(entry: CorpusEntry<Subject>, isNew: boolean): void {
    if (isNew && this.techniques.has('reduction')) this.trimming.add(entry);
    if (this.techniques.has('generalization')) this.generalization.add(entry);
  }

  /** The next step; null when there is nothing to do. */
  next(context: MutationContext): CorpusStep | null {
    const shorter = this.trimming.next();
    if (shorter !== null) {
      return {
        attempt: attemptOf(shorter, true),
        words: NO_WORDS,
        observe: (seen) => this.trimming.observe(seen, seen.recording()),
      };
    }
    const general = this.generalization.next();
    if (general !== null) {
      return {
        attempt: attemptOf(general, false),
        words: NO_WORDS,
        observe: (seen) => this.generalization.observe(seen),
      };
    }
    const filled = this.gapFilling.next(context);
    if (filled === null) return null;
    const { choices, word } = filled;
    return { attempt: attemptOf(choices, false), words: word === null ? NO_WORDS : [word], observe: () => {} };
  }
}

function attemptOf(choices: Choices, isDetailed: boolean): Attempt {
  return { source: { type: 'replay', choices, tail: 'simplest' }, isDetailed };
}
