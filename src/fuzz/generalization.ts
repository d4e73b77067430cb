import type { Choices, ChoiceValue } from '../choice/choices';
import type { Random } from '../choice/random';
import type { CorpusEntry } from '../corpus/corpus';
import { itemsOf, withRun } from '../mutate/listRun';
import type { Gap, PlacedList, Subject } from '../mutate/subject';
import { drawAnew } from '../property/drawAnew';
import type { Observation } from './attempt';
import { showsAll } from './showsAll';

/** Longer lists are skipped: one input for each place takes too long. */
const MOST_ITEMS = 40;
/** At most this many entries wait; the oldest are dropped. */
const MOST_WAITING = 256;
/** This many other items are tried in one place. */
const TRIES = 2;

/**
 * Learns in which places the lists and texts of an entry may hold anything. An item is free if the input still shows
 * all features that it is kept for when another item is in its place. Parts of other inputs fit into free places. The
 * algorithm is the generalization of Blazytko et al., "GRIMOIRE", USENIX Security 2019, without deleting, because
 * entries were made short before.
 */
export class Generalization {
  readonly #waiting: CorpusEntry<Subject>[] = [];
  #steps: Generator<Choices, void, boolean> | null = null;
  #entry: CorpusEntry<Subject> | null = null;
  #candidate: Choices | null = null;

  /** `onDone` is called with each entry whose free places are known. */
  constructor(
    private readonly random: Random,
    private readonly onDone: (entry: CorpusEntry<Subject>) => void,
  ) {}

  add(entry: CorpusEntry<Subject>): void {
    this.#waiting.push(entry);
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift();
  }

  /** The next input to run; null when there is nothing to do. */
  next(): Choices | null {
    while (this.#candidate === null) {
      const entry = this.#waiting.pop();
      if (entry === undefined) return null;
      // By now a shorter entry may own what this one was kept for.
      if (entry.owned.size === 0) continue;
      this.#entry = entry;
      this.#steps = this.#try(entry.data);
      this.#advance(false);
    }
    return this.#candidate;
  }

  /** Receives the result of the input that `next` returned. */
  observe(seen: Observation): void {
    this.#advance(seen.status === 'passed' && showsAll(seen, this.#entry!.owned));
  }

  #advance(isSame: boolean): void {
    const step = this.#steps!.next(isSame);
    this.#candidate = step.done === true ? null : step.value;
    if (step.done === true) this.onDone(this.#entry!);
  }

  *#try(subject: Subject): Generator<Choices, void, boolean> {
    const gaps: Gap[] = [];
    for (const list of subject.lists) {
      if (list.itemArbitrary === null || list.items.length > MOST_ITEMS) continue;
      const { length } = list.items;
      let from = 0;
      for (let at = 0; at < length; at += 1) {
        if (yield* this.#isFree(subject, list, at, 1)) continue;
        if (at > from) gaps.push({ list, from, count: at - from });
        else if (yield* this.#isFree(subject, list, at, 0)) gaps.push({ list, from: at, count: 0 });
        from = at + 1;
      }
      if (length > from) gaps.push({ list, from, count: length - from });
      else if (yield* this.#isFree(subject, list, length, 0)) gaps.push({ list, from: length, count: 0 });
    }
    subject.gaps = gaps;
  }

  /** Whether any item can take the place of the `count` items (one or none) at `at`. */
  *#isFree(subject: Subject, list: PlacedList, at: number, count: number): Generator<Choices, boolean, boolean> {
    for (let round = 0; round < TRIES; round += 1) {
      const item = this.#otherItem(subject, list, at, count);
      const edit = item === null ? null : withRun(list, at, count, item, 1);
      if (edit !== null && (yield subject.edited([edit]))) return true;
    }
    return false;
  }

  #otherItem(subject: Subject, list: PlacedList, at: number, count: number): readonly ChoiceValue[] | null {
    const drawn = drawAnew(list.itemArbitrary!, this.random);
    if (drawn === null || count === 0) return drawn;
    const old = itemsOf(subject, list, at, 1);
    return drawn.length === old.length && drawn.every((value, index) => value === old[index]) ? null : drawn;
  }
}
