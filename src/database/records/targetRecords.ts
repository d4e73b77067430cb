import type { TargetId, TargetSnapshot } from '../../protocol/target';
import { jsonCodec } from './codec';
import type { Database, WriteOperation } from '../base/database';
import { hashKey } from '../base/key';
import { RecordTable, type RecordProblem } from './recordTable';
import type { Shape } from './shape';

/** The last snapshot of a target, and the run that wrote it. */
export interface StoredTarget {
  readonly runId: string;
  readonly target: TargetSnapshot;
  /** Epoch milliseconds; missing in records of older versions. */
  readonly seenAt?: number;
}

/** `target/<hash of target id>`: one record per target, of the latest run that had it. */
export class TargetRecords {
  readonly table: RecordTable<StoredTarget>;

  constructor(database: Database, onProblem: (problem: RecordProblem) => void) {
    this.table = new RecordTable(database, 'target/', CODEC, onProblem);
  }

  put(runId: string, target: TargetSnapshot, seenAt?: number): WriteOperation {
    return this.table.put(hashKey(target.id), { runId, target, seenAt });
  }

  get(targetId: TargetId): Promise<StoredTarget | undefined> {
    return this.table.get(hashKey(targetId));
  }

  /** For a change that depends on the present value: see `retryConflicts`. */
  getForUpdate(
    targetId: TargetId,
  ): Promise<{ readonly value: StoredTarget | undefined; readonly expect: WriteOperation }> {
    return this.table.getForUpdate(hashKey(targetId));
  }

  delete(targetId: TargetId): WriteOperation {
    return this.table.delete(hashKey(targetId));
  }

  list(): Promise<StoredTarget[]> {
    return this.table.list();
  }
}

export const TARGET_SHAPE: Shape = {
  id: 'string',
  file: 'string',
  testName: 'string',
  titles: ['string'],
  ordinal: 'number',
  status: 'string',
  detail: 'string?',
  inputs: 'number',
  invalidInputs: 'number',
  cpuSeconds: 'number',
  wallSeconds: 'number',
  behaviors: 'number',
  corpusSize: 'number',
  stability: 'number?',
  failures: 'number',
};

const CODEC = jsonCodec<StoredTarget>(1, { runId: 'string', target: TARGET_SHAPE });
