import type { TargetId } from '../../protocol/target';
import { corpusCodec } from './corpusCodec';
import type { CorpusEntry } from './corpusEntry';
import type { Database, WriteOperation } from '../base/database';
import { hashKey } from '../base/key';
import { RecordTable, type RecordProblem } from './recordTable';

/** `corpus/<hash of target id>/<hash of choices>`: the covering corpus of each target. */
export class CorpusRecords {
  readonly table: RecordTable<CorpusEntry>;

  constructor(database: Database, onProblem: (problem: RecordProblem) => void) {
    this.table = new RecordTable(database, 'corpus/', corpusCodec, onProblem);
  }

  put(entry: CorpusEntry): WriteOperation {
    return this.table.put(corpusKey(entry.targetId, entry.choices), entry);
  }

  delete(targetId: TargetId, choices: Uint8Array): WriteOperation {
    return this.table.delete(corpusKey(targetId, choices));
  }

  list(targetId: TargetId): Promise<CorpusEntry[]> {
    return this.table.list(`${hashKey(targetId)}/`);
  }

  /** Operations that delete the whole corpus of a target. */
  deleteAll(targetId: TargetId): Promise<WriteOperation[]> {
    return this.table.deleteAll(`${hashKey(targetId)}/`);
  }
}

function corpusKey(targetId: TargetId, choices: Uint8Array): string {
  return `${hashKey(targetId)}/${hashKey(choices)}`;
}
