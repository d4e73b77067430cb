import type { FailureHistoryEntry, FailureId, FailureSnapshot } from '../../protocol/failure';
import type { TargetId } from '../../protocol/target';
import { jsonCodec } from './codec';
import type { Database, WriteOperation } from '../base/database';
import { hashKey, keyPart } from '../base/key';
import { RecordTable, type ForUpdate, type RecordProblem } from './recordTable';
import { nullable } from './shape';

export type { FailureHistoryEntry };

/** Entries of a history that are kept: the oldest one and the latest. */
export const MAX_HISTORY = 100;

/** Entries of the history that are in the snapshot, too. */
const SHOWN_HISTORY = 20;

/**
 * `failure/<hash of target id>/<failure id>`: the latest snapshot. Fixed failures are kept.
 * `history/<hash of target id>/<failure id>/<time>-<hash>`: one record for each entry of the history. So several
 * processes can add entries without a read, and adding an entry twice has the same effect as adding it once.
 */
export class FailureRecords {
  readonly table: RecordTable<FailureSnapshot>;
  readonly histories: RecordTable<FailureHistoryEntry>;

  constructor(database: Database, onProblem: (problem: RecordProblem) => void) {
    this.table = new RecordTable(database, 'failure/', FAILURE_CODEC, onProblem);
    this.histories = new RecordTable(database, 'history/', HISTORY_CODEC, onProblem);
  }

  put(failure: FailureSnapshot, ...history: readonly FailureHistoryEntry[]): WriteOperation[] {
    const key = failureKey(failure.targetId, failure.id);
    return [
      this.table.put(key, withHistory(failure, history)),
      ...history.map((entry) => this.histories.put(`${key}/${historyName(entry)}`, entry)),
    ];
  }

  get(targetId: TargetId, id: FailureId): Promise<FailureSnapshot | undefined> {
    return this.table.get(failureKey(targetId, id));
  }

  /** For a change that depends on the present value: see `retryConflicts`. */
  getForUpdate(targetId: TargetId, id: FailureId): Promise<ForUpdate<FailureSnapshot>> {
    return this.table.getForUpdate(failureKey(targetId, id));
  }

  /** The failures of one target, or of all targets, including fixed ones. */
  list(targetId?: TargetId): Promise<FailureSnapshot[]> {
    return this.table.list(targetId === undefined ? '' : `${hashKey(targetId)}/`);
  }

  /** Operations that delete a failure and its history. */
  async deleteAll(targetId: TargetId, id: FailureId): Promise<WriteOperation[]> {
    const key = failureKey(targetId, id);
    return [this.table.delete(key), ...(await this.histories.deleteAll(`${key}/`))];
  }

  /** Oldest first, at most `MAX_HISTORY`. */
  async history(targetId: TargetId, id: FailureId): Promise<FailureHistoryEntry[]> {
    const entries = await this.histories.list(`${failureKey(targetId, id)}/`);
    return entries.length <= MAX_HISTORY ? entries : [entries[0]!, ...entries.slice(1 - MAX_HISTORY)];
  }

  /** Operations that delete the entries that `history` no longer returns. */
  async trimHistory(targetId: TargetId, id: FailureId): Promise<WriteOperation[]> {
    const operations = await this.histories.deleteAll(`${failureKey(targetId, id)}/`);
    return operations.slice(1, 1 - MAX_HISTORY);
  }
}

/** The snapshot with new entries in its history, which keeps the oldest entry and the latest ones. */
export function withHistory(failure: FailureSnapshot, added: readonly FailureHistoryEntry[]): FailureSnapshot {
  if (added.length === 0) return failure;
  const entries = new Map([...(failure.history ?? []), ...added].map((entry) => [historyName(entry), entry]));
  const all = [...entries.values()].sort((a, b) => a.at - b.at);
  return { ...failure, history: all.length <= SHOWN_HISTORY ? all : [all[0]!, ...all.slice(1 - SHOWN_HISTORY)] };
}

function failureKey(targetId: TargetId, id: FailureId): string {
  return `${hashKey(targetId)}/${keyPart(id)}`;
}

function historyName(entry: FailureHistoryEntry): string {
  const { at, event, by, host, detail = null } = entry;
  return `${String(Math.trunc(at)).padStart(15, '0')}-${hashKey(JSON.stringify([at, event, by, host, detail]))}`;
}

const STAMP = { inputs: 'number', cpuSeconds: 'number', wallSeconds: 'number' } as const;

const FAILURE_CODEC = jsonCodec<FailureSnapshot>(1, {
  id: 'string',
  targetId: 'string',
  file: 'string',
  testName: 'string',
  kind: 'string',
  state: 'string',
  origin: { key: 'string', errorClass: 'string' },
  errorName: 'string',
  message: 'string',
  input: 'string',
  blob: 'string',
  choices: 'number',
  shrinks: 'number',
  report: 'string',
  replayCommand: 'string',
  foundBy: 'string',
  host: 'string',
  firstFound: STAMP,
  minimalAt: nullable(STAMP),
  firstSeenAt: 'number',
  lastSeenAt: 'number',
  fixedAt: 'number?',
});

const HISTORY_CODEC = jsonCodec<FailureHistoryEntry>(1, {
  at: 'number',
  event: 'string',
  by: 'string',
  host: 'string',
});
