import { retryConflicts, type Records, type WriteOperation } from '../../src/database';
import { mergeSnapshots } from '../../src/database/merge/mergeSnapshots';
import type { FailureId, FailureSnapshot } from '../../src/protocol/failure';

/** At most this many corpus entries, the latest, are remembered: a server may lose the entries of its last seconds. */
const MOST_ENTRIES = 5000;

/** At most this many entries are read, or written, at once. */
const BATCH = 200;

/**
 * Remembers what this process has saved, to write it again when a server comes back without its last writes. Redis with
 * the usual `appendfsync everysec` loses up to two seconds of them in a crash, and all of them when it keeps no log.
 */
export class RewriteAfterOutage {
  private readonly failures = new Map<FailureId, FailureSnapshot>();
  /** By key, the latest last. */
  private readonly entries = new Map<string, WriteOperation & { readonly type: 'put' }>();

  /** Remembers a failure as it was saved, with its history. */
  noteFailure(failure: FailureSnapshot): void {
    this.failures.set(failure.id, failure);
  }

  /** Remembers a corpus entry that is written; forgets an entry that is deleted. */
  noteEntry(operation: WriteOperation): void {
    const { type, key } = operation;
    this.entries.delete(key);
    if (type !== 'put') return;
    this.entries.set(key, operation);
    if (this.entries.size > MOST_ENTRIES) this.entries.delete(this.entries.keys().next().value!);
  }

  /** Writes what the database does not have any more, or has in an older version. */
  async saveAgain(records: Records): Promise<void> {
    for (const failure of this.failures.values()) await this.saveFailure(records, failure);
    const entries = [...this.entries.values()];
    for (let at = 0; at < entries.length; at += BATCH) {
      const batch = entries.slice(at, at + BATCH);
      const known = await Promise.all(batch.map(({ key }) => records.database.get(key)));
      const missing = batch.filter((_, index) => known[index] === undefined);
      if (missing.length > 0) await records.write(missing);
    }
  }

  private async saveFailure(records: Records, failure: FailureSnapshot): Promise<void> {
    const { failures } = records;
    await retryConflicts(async () => {
      const { value, expect, aside } = await failures.getForUpdate(failure.targetId, failure.id);
      const merged = value === undefined ? failure : mergeSnapshots(value, failure);
      if (value !== undefined && JSON.stringify(merged) === JSON.stringify(value)) return;
      await records.write([expect, ...aside, ...failures.put(merged, ...(failure.history ?? []))], { durable: true });
    });
  }
}
