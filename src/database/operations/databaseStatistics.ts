import type { FailureSnapshot, FailureState } from '../../protocol/failure';
import type { RunSnapshot, WorkerSnapshot } from '../../protocol/run';
import type { CorpusEntry } from '../records/corpusEntry';
import type { Records } from '../records/records';
import type { StoredTarget } from '../records/targetRecords';
import { seenAt } from './mergeRecords';
import { kindOf, recordKinds, SET_ASIDE } from './recordKinds';

export interface TargetStatistics {
  readonly targetId: string;
  readonly file: string;
  readonly testName: string;
  /** Epoch milliseconds of the last run that had it; null when no run is known. */
  lastSeenAt: number | null;
  /** Number of inputs in the latest run that had it. */
  inputs: number;
  corpusEntries: number;
  /** Bytes of the keys and values of its corpus and its failures. */
  bytes: number;
  readonly failures: Partial<Record<FailureState, number>>;
}

export interface DatabaseStatistics {
  readonly url: string;
  /** Sorted by file and name. */
  readonly targets: readonly TargetStatistics[];
  readonly total: {
    records: number;
    /** Bytes of keys and values; on the disk, the database is larger. */
    bytes: number;
    targets: number;
    corpusEntries: number;
    readonly failures: Partial<Record<FailureState, number>>;
    /** Runs that are kept, and the sum of their inputs. */
    runs: number;
    inputs: number;
    cpuSeconds: number;
    /** Workers of all these runs. */
    workers: number;
    /** Names of the machines that they ran on. */
    readonly hosts: string[];
    /** Epoch milliseconds of the latest sign of life of a run; null without runs. */
    lastRunAt: number | null;
    /** Records that this version cannot read: see `fuzz-runner verify`. */
    unreadable: number;
    /** Damaged records that were set aside. */
    setAside: number;
  };
}

/** Counts everything in one pass. Memory grows with the number of targets only. */
export async function databaseStatistics(records: Records): Promise<DatabaseStatistics> {
  const kinds = recordKinds(records);
  const targets = new Map<string, TargetStatistics>();
  const total: DatabaseStatistics['total'] = {
    records: 0,
    bytes: 0,
    targets: 0,
    corpusEntries: 0,
    failures: {},
    runs: 0,
    inputs: 0,
    cpuSeconds: 0,
    workers: 0,
    hosts: [],
    lastRunAt: null,
    unreadable: 0,
    setAside: 0,
  };
  const targetOf = (targetId: string, known?: { file: string; testName: string }): TargetStatistics => {
    let target = targets.get(targetId);
    if (target === undefined) {
      const { file, testName } = known ?? namesIn(targetId);
      target = { targetId, file, testName, lastSeenAt: null, inputs: 0, corpusEntries: 0, bytes: 0, failures: {} };
      targets.set(targetId, target);
    }
    return target;
  };
  for await (const [key, bytes] of records.database.list('')) {
    const size = Buffer.byteLength(key) + bytes.length;
    total.records += 1;
    total.bytes += size;
    if (key.startsWith(SET_ASIDE)) {
      total.setAside += 1;
      continue;
    }
    const kind = kindOf(kinds, key);
    const read = kind?.read(key, bytes);
    if (kind === undefined || read?.status !== 'ok') {
      total.unreadable += 1;
      continue;
    }
    switch (kind.prefix) {
      case 'corpus/': {
        const target = targetOf((read.value as CorpusEntry).targetId);
        target.corpusEntries += 1;
        target.bytes += size;
        total.corpusEntries += 1;
        break;
      }
      case 'failure/': {
        const failure = read.value as FailureSnapshot;
        const target = targetOf(failure.targetId, failure);
        target.bytes += size;
        for (const failures of [target.failures, total.failures]) {
          failures[failure.state] = (failures[failure.state] ?? 0) + 1;
        }
        break;
      }
      case 'target/': {
        const stored = read.value as StoredTarget;
        const target = targetOf(stored.target.id, stored.target);
        target.lastSeenAt = seenAt(stored);
        target.inputs = stored.target.inputs;
        break;
      }
      case 'run/': {
        const { totals, host, updatedAt } = read.value as RunSnapshot;
        total.runs += 1;
        total.inputs += totals.inputs;
        total.cpuSeconds += totals.cpuSeconds;
        if (!total.hosts.includes(host)) total.hosts.push(host);
        total.lastRunAt = Math.max(total.lastRunAt ?? 0, updatedAt);
        break;
      }
      case 'worker/':
        if ((read.value as WorkerSnapshot).slices > 0) total.workers += 1;
        break;
      default:
    }
  }
  const sorted = [...targets.values()].sort((a, b) => (a.targetId < b.targetId ? -1 : 1));
  total.targets = sorted.length;
  total.hosts.sort();
  return { url: records.database.url, targets: sorted, total };
}

/** A target id is `<file> :: <name of the test> :: <ordinal>`. */
function namesIn(targetId: string): { file: string; testName: string } {
  const [, file = targetId, testName = ''] = /^(.*?) :: (.*) :: \d+$/s.exec(targetId) ?? [];
  return { file, testName };
}
