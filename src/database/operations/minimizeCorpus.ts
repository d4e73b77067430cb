import type { CorpusEntry } from '../records/corpusEntry';
import type { DatabaseEntry, WriteOperation } from '../base/database';
import type { Records } from '../records/records';
import { retryConflicts } from '../records/retryConflicts';
import { kindOf, recordKinds, type RecordKind } from './recordKinds';
import { setCover } from './setCover';

/** The corpus of one target before and after. */
export interface MinimizedTarget {
  readonly targetId: string;
  readonly behaviors: number;
  readonly entriesBefore: number;
  readonly entriesAfter: number;
  /** Of keys and values. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/**
 * Reduces the corpus of each target to few entries, preferably small ones, that cover all behaviors stored with any of
 * its entries. These are the behaviors that each entry was kept for when it was found; no test is run. Entries do not
 * store how often a branch was taken. So an entry that was kept only because of that number is deleted: fuzzing
 * finds it again.
 *
 * Entries without stored behaviors and entries that cannot be read stay. Gives the targets one by one; memory grows
 * with the largest corpus only. With `dryRun` nothing is deleted.
 */
export async function* minimizeCorpus(records: Records, dryRun: boolean): AsyncGenerator<MinimizedTarget> {
  const kind = kindOf(recordKinds(records), records.corpus.table.prefix)!;
  for await (const group of byTarget(records)) {
    const minimized = await retryConflicts(async () => {
      const { result, operations } = plan(kind, group.entries ?? (await entriesUnder(records, group.prefix)));
      group.entries = null;
      const due = dryRun ? [] : operations;
      for (let at = 0; at < due.length; at += MOST_AT_ONCE) {
        await records.write(due.slice(at, at + MOST_AT_ONCE));
      }
      return result;
    });
    if (minimized !== null) yield minimized;
  }
}

/** Operations in one write; an even number, because an `expect` comes before each deletion. */
const MOST_AT_ONCE = 2000;

interface Group {
  readonly prefix: string;
  /** Null when they must be read again. */
  entries: DatabaseEntry[] | null;
}

/** The corpus by target: a list gives the entries of each target one after the other. */
async function* byTarget(records: Records): AsyncGenerator<Group> {
  const { prefix } = records.corpus.table;
  let group: Group = { prefix: '', entries: [] };
  for await (const entry of records.database.list(prefix)) {
    const under = entry[0].slice(0, entry[0].indexOf('/', prefix.length) + 1);
    if (under !== group.prefix) {
      if (group.prefix !== '') yield group;
      group = { prefix: under, entries: [] };
    }
    group.entries!.push(entry);
  }
  if (group.prefix !== '') yield group;
}

async function entriesUnder(records: Records, prefix: string): Promise<DatabaseEntry[]> {
  const entries: DatabaseEntry[] = [];
  for await (const entry of records.database.list(prefix)) entries.push(entry);
  return entries;
}

function plan(
  kind: RecordKind,
  stored: readonly DatabaseEntry[],
): { readonly result: MinimizedTarget | null; readonly operations: WriteOperation[] } {
  const entries = stored.flatMap(([key, bytes]) => {
    const read = kind.read(key, bytes);
    return read.status === 'ok' ? [{ key, bytes, entry: read.value as CorpusEntry }] : [];
  });
  const known = entries.filter(({ entry }) => entry.behaviors.length > 0);
  const candidates = known.map(({ entry }) => ({
    covers: [...new Set(entry.behaviors)],
    cost: entry.choices.length,
  }));
  const kept = new Set(setCover(candidates).map((index) => known[index]!));
  const dropped = known.filter((entry) => !kept.has(entry));
  const operations = dropped.flatMap(({ key, bytes }): WriteOperation[] => [
    { type: 'expect', key, value: bytes },
    { type: 'delete', key },
  ]);
  const [first] = entries;
  if (first === undefined) return { result: null, operations };
  const bytesBefore = sum(entries.map(sizeOf));
  return {
    operations,
    result: {
      targetId: first.entry.targetId,
      behaviors: new Set(candidates.flatMap(({ covers }) => covers)).size,
      entriesBefore: entries.length,
      entriesAfter: entries.length - dropped.length,
      bytesBefore,
      bytesAfter: bytesBefore - sum(dropped.map(sizeOf)),
    },
  };
}

function sizeOf({ key, bytes }: { readonly key: string; readonly bytes: Uint8Array }): number {
  return key.length + bytes.length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
