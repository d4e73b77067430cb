import { jsonCodec } from './codec';
import type { Database, WriteOperation } from '../base/database';
import { keyPart } from '../base/key';
import { RecordTable, type ForUpdate, type RecordProblem } from './recordTable';

/** Who does a piece of work. It holds while its owner shows signs of life: see `PresenceWatch`. */
export interface Lease {
  /** Its run. */
  readonly owner: string;
}

/**
 * `lease/<work>`: what one process does, so that others need not. A lost lease harms nobody: then two do the same, and
 * what they find out is merged.
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

  /** A lease is taken by a write that expects what was read. */
  getForUpdate(work: string): Promise<ForUpdate<Lease>> {
    return this.table.getForUpdate(keyPart(work));
  }
}

const CODEC = jsonCodec<Lease>(1, { owner: 'string' });
