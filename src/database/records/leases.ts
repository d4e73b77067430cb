import { jsonCodec } from './codec';
import type { Database, WriteOperation } from '../base/database';
import { keyPart } from '../base/key';
import { RecordTable, type ForUpdate, type RecordProblem } from './recordTable';

/** Which run does a piece of work. The lease is valid while that run is alive: see `PresenceWatch`. */
export interface Lease {
  /** Id of the run. */
  readonly owner: string;
}

/**
 * `lease/<work>`: work that one process does, so that other processes do not do it, too. A lost lease does no harm: two
 * processes then do the same work, and their results are merged.
 */
export class LeaseRecords {
  readonly table: RecordTable<Lease>;

  constructor(database: Database, onProblem: (problem: RecordProblem) => void) {
    this.table = new RecordTable(database, 'lease/', CODEC, onProblem);
  }

  put(work: string, lease: Lease): WriteOperation {
    return this.table.put(keyPart(work), lease);
  }

  delete(work: string): WriteOperation {
    return this.table.delete(keyPart(work));
  }

  /** To take a lease, write it together with the `expect` of this read. */
  getForUpdate(work: string): Promise<ForUpdate<Lease>> {
    return this.table.getForUpdate(keyPart(work));
  }
}

const CODEC = jsonCodec<Lease>(1, { owner: 'string' });
