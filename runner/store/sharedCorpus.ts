import { decodeChoices } from '../../src/choice/encoding';
import { hashKey, type CorpusEntry, type Records, type WriteOperation } from '../../src/database';
import { mayReplace } from '../../src/database/merge/codeHistory';
import type { CodeTag } from '../../src/protocol/failure';
import type { TargetId } from '../../src/protocol/target';
import { committedChoices } from '../replay/committedCorpus';
import type { FoundEntry } from '../channel/messages';
import { ifAvailable } from './outage';

/**
 * The saved corpora of a run's targets. A run changes and deletes only its own entries. It never changes an entry that
 * another process has saved, or an entry of other code that its own code must not replace.
 */
export class SharedCorpus {
  /** Entries that the code of this run must not replace (see codeHistory.ts), as target and key. */
  private readonly foreign = new Set<string>();
  /** Choices of entries that this run has saved, by target and key. */
  private readonly choices = new Map<string, Uint8Array>();
  /** By target and key of an entry that this run has or had: whether another process has saved the entry during this run. */
  private readonly entries = new Map<TargetId, Map<string, boolean>>();

  constructor(
    private readonly records: Records,
    private readonly rootDir: string,
    /** The code with which this run fuzzes a target. */
    private readonly codeOf: (targetId: TargetId) => CodeTag,
    /** Inputs to start from, of old targets with the same arguments. */
    private readonly seedsFor: (targetId: TargetId) => readonly Uint8Array[],
  ) {}

  /**
   * Returns what to write when a target's corpus has changed. `dropped`: keys of entries that are not needed any more.
   */
  changes(targetId: TargetId, added: readonly FoundEntry[], dropped: readonly string[]): WriteOperation[] {
    const { corpus } = this.records;
    const { commit, fastCheck } = this.codeOf(targetId);
    const operations: WriteOperation[] = [];
    for (const { key, choices, behaviors } of added) {
      if (this.foreign.has(`${targetId} ${key}`) || this.entriesOf(targetId).get(key) === true) continue;
      this.entriesOf(targetId).set(key, false);
      this.choices.set(`${targetId} ${key}`, choices);
      const from = { commit: commit?.slice(0, 12), fastCheck };
      operations.push(corpus.put({ targetId, choices, behaviors, isOptimal: false, from }));
    }
    for (const key of dropped) {
      const choices = this.choices.get(`${targetId} ${key}`);
      if (choices === undefined) continue;
      this.choices.delete(`${targetId} ${key}`);
      operations.push(corpus.delete(targetId, choices));
    }
    return operations;
  }

  /** Whether an entry is, or was, in this run. */
  knows(targetId: TargetId, key: string): boolean {
    return this.entriesOf(targetId).has(key);
  }

  /** Notes an entry that another process has saved just now. Returns null when its choices cannot be read. */
  async take(targetId: TargetId, key: string, { choices, behaviors, from }: CorpusEntry): Promise<FoundEntry | null> {
    this.entriesOf(targetId).set(key, true);
    if (!(await mayReplace(this.rootDir, this.codeOf(targetId), from))) this.foreign.add(`${targetId} ${key}`);
    return isReadable(choices) ? { key, choices, behaviors } : null;
  }

  /** Returns the inputs to start from: committed inputs, then inputs of earlier runs, then those of `seedsFor`. */
  async load(targetId: TargetId): Promise<FoundEntry[]> {
    const entries = await ifAvailable(() => this.records.corpus.list(targetId), []);
    for (const { choices, from } of entries) {
      this.entriesOf(targetId).set(hashKey(choices), false);
      if (await mayReplace(this.rootDir, this.codeOf(targetId), from)) continue;
      this.foreign.add(`${targetId} ${hashKey(choices)}`);
    }
    const committed = committedChoices(this.rootDir, targetId).map((choices) => ({ choices, behaviors: [] }));
    const seeds = this.seedsFor(targetId).map((choices) => ({ choices, behaviors: [] }));
    return [...committed, ...[...entries, ...seeds].filter(({ choices }) => isReadable(choices))].map(
      ({ choices, behaviors }) => ({ key: hashKey(choices), choices, behaviors }),
    );
  }

  private entriesOf(targetId: TargetId): Map<string, boolean> {
    const known = this.entries.get(targetId) ?? new Map<string, boolean>();
    this.entries.set(targetId, known);
    return known;
  }
}

function isReadable(choices: Uint8Array): boolean {
  try {
    decodeChoices(choices);
    return true;
  } catch {
    return false;
  }
}
