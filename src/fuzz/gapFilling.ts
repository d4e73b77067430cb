import type { Choices } from '../choice/choices';
import type { Random } from '../choice/random';
import type { CorpusEntry } from '../corpus/corpus';
import { DANGEROUS_STRINGS } from '../mutate/dictionary';
import { fillingFromOther, fillingOfWord, type Filling } from '../mutate/fillGap';
import { withRun } from '../mutate/listRun';
import type { MutationContext } from '../mutate/mutator';
import type { Gap, Subject } from '../mutate/subject';

/** At most this many entries wait; the oldest are dropped. */
const MOST_WAITING = 256;
/** At most this many gaps of an entry are filled. */
const MOST_GAPS = 4;
/** How many words are tried in one gap: words that were of use elsewhere, dangerous words, and literals of the code. */
const WORDS = { proven: 8, dangerous: 6, literals: 12 };
/** Parts of this many other inputs are tried in one gap. */
const OTHERS = 16;

/** An input, and the word that was put into it; the word is null if it was a part of another input instead. */
export interface Filled {
  readonly choices: Choices;
  readonly word: string | null;
}

/**
 * Puts words and parts of other inputs into the gaps of entries: the places that may hold anything. A random mutation
 * would have to choose the right entry, place and filling at the same time, and there are hundreds of each. Here, a
 * fair sample of fillings is tried once for each entry.
 */
export class GapFilling {
  readonly #waiting: CorpusEntry<Subject>[] = [];
  #steps: Iterator<Filled, void> | null = null;

  /** Puts an entry in line. Its gaps must be known. */
  add(entry: CorpusEntry<Subject>): void {
    if (entry.data.gaps.length === 0) return;
    this.#waiting.push(entry);
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift();
  }

  /** The next input to run; null when there is nothing to do. */
  next(context: MutationContext): Filled | null {
    for (;;) {
      const step = this.#steps?.next();
      if (step !== undefined && step.done !== true) return step.value;
      const entry = this.#waiting.pop();
      if (entry === undefined) return null;
      this.#steps = entry.owned.size === 0 ? null : fillings(entry.data, context);
    }
  }
}

function* fillings(subject: Subject, context: MutationContext): Generator<Filled, void> {
  for (const gap of sample(subject.gaps, MOST_GAPS, context.random)) {
    for (const word of wordsFrom(context)) {
      const filling = fillingOfWord(gap, word);
      if (filling !== null) yield* filled(subject, gap, filling);
    }
    for (let count = 0; count < OTHERS; count += 1) {
      const filling = fillingFromOther(gap, context, 0);
      if (filling !== null) yield* filled(subject, gap, filling);
    }
  }
}

function wordsFrom({ dictionary: { proven, strings, keys }, random }: MutationContext): Set<string> {
  return new Set([
    ...proven.slice(-WORDS.proven),
    ...sample(DANGEROUS_STRINGS, WORDS.dangerous, random),
    ...sample([...strings, ...keys], WORDS.literals, random),
  ]);
}

function* filled(
  subject: Subject,
  { list, from, count: old }: Gap,
  { values, count, word }: Filling,
): Generator<Filled> {
  const edit = withRun(list, from, old, values, count);
  if (edit !== null && count > 0) yield { choices: subject.edited([edit]), word: word ?? null };
}

/** At most `most` of the items, in random order. */
function sample<T>(items: readonly T[], most: number, random: Random): T[] {
  const left = [...items];
  const taken: T[] = [];
  while (taken.length < most && left.length > 0) {
    const at = random.below(left.length);
    taken.push(left[at]!);
    left[at] = left.at(-1)!;
    left.pop();
  }
  return taken;
}
