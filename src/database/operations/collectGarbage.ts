import type { FailureSnapshot } from '../../protocol/failure';
import { isOpen } from '../../protocol/failureStates';
import type { WriteOperation } from '../base/database';
import { DatabaseError } from '../base/databaseError';
import { keyPart } from '../base/key';
import type { Records } from '../records/records';
import type { StoredTarget } from '../records/targetRecords';
import { seenAt } from './mergeRecords';

export interface GarbageOptions {
  /** Epoch milliseconds. */
  readonly now: number;
  /** A target is dropped when no run has seen it for this many milliseconds. */
  readonly graceMs: number;
  /** True: failures that are not fixed are deleted together with their target. */
  readonly dropFailures: boolean;
  /** Number of the latest runs, which are kept at any age. */
  readonly keepRuns: number;
  /** Delete nothing. */
  readonly dryRun: boolean;
}

export interface DroppedTarget {
  readonly targetId: string;
  /** Epoch milliseconds. */
  readonly seenAt: number;
  readonly corpusEntries: number;
  /** Failures that are deleted together with it, and failures that stay because they are not fixed. */
  readonly dropped: readonly FailureSnapshot[];
  readonly kept: readonly FailureSnapshot[];
}

export interface Garbage {
  readonly targets: readonly DroppedTarget[];
  /** Number of runs that are deleted with their curves, workers and notices. */
  readonly runs: number;
  /** Number of entries that are deleted from long histories. */
  readonly history: number;
  /** Number of all deleted records. */
  readonly records: number;
}

/**
 * Deletes records that are not needed any more: targets that no run has seen for `graceMs`, with their corpus, their
 * words and their closed failures; all but the latest runs; records of runs that do not exist any more; entries of
 * histories that are not shown any more. A failure that is not fixed stays, except with `dropFailures`; the result
 * names it in both cases.
 */
export async function collectGarbage(records: Records, options: GarbageOptions): Promise<Garbage> {
  const { now, graceMs, keepRuns } = options;
  let count = 0;
  const remove = async (operations: readonly WriteOperation[]): Promise<void> => {
    for (let at = 0; !options.dryRun && at < operations.length; at += MOST_AT_ONCE) {
      await records.write(operations.slice(at, at + MOST_AT_ONCE));
    }
    count += operations.filter(({ type }) => type === 'delete').length;
  };
  const targets: DroppedTarget[] = [];
  for (const stored of await records.targets.list()) {
    const at = seenAt(stored);
    // 0: the time is not known, because the name of the run that saw the target does not contain it.
    if (at === 0 || now - at <= graceMs) continue;
    const dropped = await dropTarget(records, stored, options, remove);
    if (dropped !== null) targets.push(dropped);
  }
  let history = 0;
  for (const { targetId, id } of await records.failures.list()) {
    const operations = await records.failures.trimHistory(targetId, id);
    history += operations.length;
    await remove(operations);
  }
  const runs = Math.max(0, (await records.runs.list()).length - keepRuns);
  await remove(await records.runs.prune(keepRuns));
  await remove(await leftovers(records));
  return { targets, runs, history, records: count };
}

const MOST_AT_ONCE = 1000;

/** Null when a run has seen the target since `stored` was read. */
async function dropTarget(
  records: Records,
  stored: StoredTarget,
  { dropFailures }: GarbageOptions,
  remove: (operations: readonly WriteOperation[]) => Promise<void>,
): Promise<DroppedTarget | null> {
  const { id } = stored.target;
  const { value, expect } = await records.targets.getForUpdate(id);
  if (value === undefined || seenAt(value) !== seenAt(stored)) return null;
  const failures = await records.failures.list(id);
  const kept = dropFailures ? [] : failures.filter(({ state }) => isOpen(state));
  const dropped = failures.filter((failure) => !kept.includes(failure));
  const corpus = await records.corpus.deleteAll(id);
  const ends: WriteOperation[] = [];
  for (const failure of dropped) ends.push(...(await records.failures.deleteAll(id, failure.id)));
  ends.push(records.words.delete(id));
  // While a failure is open, the record of its target stays, too, so that the next call reports both again.
  if (kept.length === 0) ends.push(records.targets.delete(id));
  try {
    // The record of the target is deleted first, or is checked to be unchanged: a run that has the target again loses
    // nothing.
    await remove([expect, ...ends]);
    await remove(corpus);
  } catch (error) {
    if (error instanceof DatabaseError && error.code === 'conflict') return null;
    throw error;
  }
  return { targetId: id, seenAt: seenAt(stored), corpusEntries: corpus.length, dropped, kept };
}

/** Operations that delete records of runs that do not exist any more. */
async function leftovers(records: Records): Promise<WriteOperation[]> {
  const { runs } = records;
  const found: { readonly key: string; readonly run: string }[] = [];
  for (const { prefix } of runs.ofRuns) {
    for await (const [key] of records.database.list(prefix)) {
      found.push({ key, run: key.slice(prefix.length, key.indexOf('/', prefix.length)) });
    }
  }
  const owned: { readonly key: string; readonly run: string }[] = [];
  const { table } = records.leases;
  for await (const [key, bytes] of records.database.list(table.prefix)) {
    const lease = table.decode(key, bytes);
    if (lease !== undefined) owned.push({ key, run: keyPart(lease.owner) });
  }
  // Runs are read last: a run is written together with its first record, so the run of each record above is in this
  // list, unless it was deleted.
  const known = new Set((await runs.list()).map(({ runId }) => keyPart(runId)));
  return [...found, ...owned].filter(({ run }) => !known.has(run)).map(({ key }) => ({ type: 'delete', key }));
}
