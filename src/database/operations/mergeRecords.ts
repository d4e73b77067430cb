import type { FailureSnapshot } from '../../protocol/failure';
import type { RunSnapshot } from '../../protocol/run';
import type { CorpusEntry } from '../records/corpusEntry';
import type { DatabaseEntry, WriteOperation } from '../base/database';
import { mergeSnapshots } from '../merge/mergeSnapshots';
import type { Records } from '../records/records';
import { retryConflicts } from '../records/retryConflicts';
import type { StoredTarget } from '../records/targetRecords';
import { mergeWords, type StoredWords } from '../records/wordRecords';
import { kindOf, recordKinds, SET_ASIDE, type RecordKind } from './recordKinds';

/** Number of records that are read and written together. */
const BATCH = 4000;

export interface MergeCounts {
  /** All records that were given. */
  read: number;
  /** Records that were not in this database. */
  added: number;
  /** Records that changed one in this database. */
  merged: number;
  /** Records that changed nothing. */
  known: number;
  /** Records that were not taken: they are damaged, or cannot be merged with the record that this database has. */
  leftOut: number;
  /** Number of added or merged records, by kind of record. */
  readonly byKind: Map<string, number>;
}

/**
 * Merges the records of another database into this one. The result is always a union. Of two inputs of a failure, the
 * better one is kept (see mergeSnapshots.ts); histories, words and behaviors are united; of two states of a target or a
 * run, the later one is kept. A second import of the same records changes nothing, and other processes may write at the
 * same time.
 */
export class RecordMerger {
  readonly counts: MergeCounts = { read: 0, added: 0, merged: 0, known: 0, leftOut: 0, byKind: new Map() };
  /** Test files with failures that were added or changed. */
  readonly changedFiles = new Set<string>();
  private readonly kinds: readonly RecordKind[];
  private waiting = new Map<string, Uint8Array>();

  /** `onProblem` is called with key and reason of each record that is left out. */
  constructor(
    private readonly records: Records,
    private readonly onProblem: (key: string, reason: string) => void,
  ) {
    this.kinds = recordKinds(records);
  }

  async add([key, value]: DatabaseEntry): Promise<void> {
    // A damaged record that the other database has set aside is not taken.
    if (key.startsWith(SET_ASIDE)) return;
    this.counts.read += 1;
    if (this.waiting.has(key)) await this.flush();
    this.waiting.set(key, value);
    if (this.waiting.size >= BATCH) await this.flush();
  }

  /** Writes the records that wait. To be called at the end. */
  async flush(): Promise<void> {
    const entries = [...this.waiting];
    this.waiting = new Map();
    if (entries.length === 0) return;
    const done = await retryConflicts(() => this.write(entries));
    for (const { outcome, kind, key, reason, file } of done) {
      this.counts[outcome] += 1;
      if (reason !== undefined) this.onProblem(key, reason);
      if (outcome !== 'added' && outcome !== 'merged') continue;
      this.counts.byKind.set(kind, (this.counts.byKind.get(kind) ?? 0) + 1);
      if (file !== undefined) this.changedFiles.add(file);
    }
  }

  private async write(entries: readonly DatabaseEntry[]): Promise<Done[]> {
    const { database } = this.records;
    const here = await Promise.all(entries.map(([key]) => database.get(key)));
    const operations: WriteOperation[] = [];
    const done = entries.map(([key, theirs], at): Done => {
      const ours = here[at];
      const kind = kindOf(this.kinds, key);
      const { value, ...result } = mergeRecord(kind, key, ours, theirs);
      if (value !== undefined) {
        if (kind === undefined || CHANGING.has(kind.prefix)) {
          operations.push({ type: 'expect', key, value: ours ?? null });
        }
        operations.push({ type: 'put', key, value });
      }
      return { ...result, key, kind: kind?.name ?? 'records of other kinds' };
    });
    await database.write(operations);
    return done;
  }
}

interface Done {
  readonly outcome: 'added' | 'merged' | 'known' | 'leftOut';
  readonly key: string;
  readonly kind: string;
  readonly reason?: string;
  /** Test file of a failure. */
  readonly file?: string;
}

interface Merged extends Pick<Done, 'outcome' | 'reason' | 'file'> {
  /** To be written; missing when there is nothing to write. */
  readonly value?: Uint8Array;
}

function mergeRecord(
  kind: RecordKind | undefined,
  key: string,
  ours: Uint8Array | undefined,
  theirs: Uint8Array,
): Merged {
  if (ours !== undefined && Buffer.compare(ours, theirs) === 0) return { outcome: 'known' };
  const read = kind?.read(key, theirs);
  if (read?.status === 'damaged') return { outcome: 'leftOut', reason: `it is damaged: ${read.reason}` };
  const file = kind?.prefix === 'failure/' && read?.status === 'ok' ? (read.value as FailureSnapshot).file : undefined;
  if (ours === undefined) return { outcome: 'added', value: theirs, file };
  if (kind === undefined || read?.status !== 'ok') {
    return { outcome: 'leftOut', reason: 'there is another record under its key, and this version cannot read both' };
  }
  const known = kind.read(key, ours);
  if (known.status !== 'ok') {
    return {
      outcome: 'leftOut',
      reason: `the record under its key cannot be read (${known.reason}) and stays as it is`,
    };
  }
  const value = MERGED.get(kind.prefix)?.(known.value, read.value);
  if (value === undefined || isSame(value, known.value)) return { outcome: 'known' };
  return { outcome: 'merged', value: kind.write(value), file };
}

/** By kind: the function that merges two records. For all other kinds, the record of this database stays. */
const MERGED: ReadonlyMap<string, (ours: unknown, theirs: unknown) => unknown> = new Map([
  ['failure/', merging(mergeSnapshots)],
  ['corpus/', merging(mergeEntries)],
  ['words/', merging<StoredWords>((ours, theirs) => ({ ...ours, words: mergeWords(theirs.words, ours.words) }))],
  ['target/', merging<StoredTarget>((ours, theirs) => (seenAt(theirs) > seenAt(ours) ? theirs : ours))],
  ['run/', merging<RunSnapshot>((ours, theirs) => (theirs.updatedAt > ours.updatedAt ? theirs : ours))],
]);

/**
 * Kinds of records that other processes may change between our read and our write. Records of other kinds are named by
 * their contents, so all processes write the same.
 */
const CHANGING: ReadonlySet<string> = new Set(['failure/', 'words/', 'target/', 'run/']);

/** Both values were read by the codec of their kind. */
function merging<T>(merge: (ours: T, theirs: T) => T): (ours: unknown, theirs: unknown) => unknown {
  return (ours, theirs) => merge(ours as T, theirs as T);
}

function mergeEntries(ours: CorpusEntry, theirs: CorpusEntry): CorpusEntry {
  const behaviors = [...new Set([...ours.behaviors, ...theirs.behaviors])].sort();
  const isOptimal = ours.isOptimal || theirs.isOptimal;
  const isMore = behaviors.length > new Set(ours.behaviors).size || isOptimal !== ours.isOptimal;
  return isMore ? { ...ours, behaviors, isOptimal } : ours;
}

/** When a target was last seen, in epoch milliseconds; 0 when that is not known. */
export function seenAt({ seenAt: at, runId }: StoredTarget): number {
  return at ?? startOf(runId);
}

/** The start of a run in epoch milliseconds, from its name; 0 for a name without a time. */
export function startOf(runId: string): number {
  const [, day, hour, minute, second] = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)/.exec(runId) ?? [];
  return day === undefined ? 0 : Date.parse(`${day}T${hour}:${minute}:${second}Z`);
}

/** True for equal plain values; the order of fields does not matter. */
function isSame(a: unknown, b: unknown): boolean {
  return a === b || canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner) || ArrayBuffer.isView(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}
