import { CorpusRecords } from './corpusRecords';
import type { Database, DatabaseChange, WatchOptions, WriteOperation, WriteOptions } from '../base/database';
import { FailureRecords } from './failureRecords';
import { LeaseRecords } from './leases';
import type { RecordProblem } from './recordTable';
import { RunRecords } from './runRecords';
import { TargetRecords } from './targetRecords';
import { WordRecords } from './wordRecords';

/**
 * The records of fuzz-runner in a database, with types. Each kind of record has its own part.
 *
 * The methods `put` and `delete` of the parts write nothing: they return operations, so that one `write` applies all
 * changes that belong together. A record that is damaged or of a newer version is left out when it is read, and
 * reported to `onProblem`; it is never an error and never deleted.
 */
export class Records {
  readonly targets: TargetRecords;
  readonly failures: FailureRecords;
  readonly corpus: CorpusRecords;
  readonly words: WordRecords;
  readonly runs: RunRecords;
  readonly leases: LeaseRecords;

  constructor(
    readonly database: Database,
    onProblem: (problem: RecordProblem) => void = () => {},
  ) {
    // A record that is read every second is reported once.
    const reported = new Set<string>();
    const reportOnce = (problem: RecordProblem): void => {
      if (reported.has(problem.message)) return;
      reported.add(problem.message);
      onProblem(problem);
    };
    this.targets = new TargetRecords(database, reportOnce);
    this.failures = new FailureRecords(database, reportOnce);
    this.corpus = new CorpusRecords(database, reportOnce);
    this.words = new WordRecords(database, reportOnce);
    this.runs = new RunRecords(database, reportOnce);
    this.leases = new LeaseRecords(database, reportOnce);
  }

  write(operations: readonly WriteOperation[], options?: WriteOptions): Promise<void> {
    return this.database.write(operations, options);
  }

  watch(listener: (change: DatabaseChange) => void, options?: WatchOptions): () => void {
    return this.database.watch(listener, options);
  }

  close(): Promise<void> {
    return this.database.close();
  }
}
