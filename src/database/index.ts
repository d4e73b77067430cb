/**
 * `fuzz-runner/database`: the database of corpus, failures and runs, for tools of your own.
 *
 * `openDatabase` opens the database that `--database` names; `Records` reads and writes its records with types. To
 * write your own store, implement `Database`. An import of this module loads no native code. Only opening an LMDB
 * database does.
 */
export type {
  Database,
  DatabaseChange,
  DatabaseEntry,
  WatchOptions,
  WriteOperation,
  WriteOptions,
} from './base/database';
export { DatabaseError, type DatabaseErrorCode } from './base/databaseError';
export { hashKey, keyPart, MAX_KEY_BYTES } from './base/key';
export { openLmdbDatabase, type LmdbOptions } from './stores/lmdb/lmdb';
export { openMemoryDatabase } from './stores/memory';
export { openFolderDatabase, type FolderOptions } from './stores/folder/folder';
export { readOnly } from './stores/readOnly';
export { multiplex, type MultiplexOptions } from './stores/multiplex';
export { backgroundWriter, type BackgroundWriterOptions } from './stores/backgroundWriter';
export { openArtifactDatabase, type ArtifactOptions } from './stores/artifact/artifact';
export { openRemoteDatabase, type RemoteOptions } from './stores/remote/remote';
export { openRedisDatabase, type RedisOptions } from './stores/redis/redis';
export { openDatabase, type OpenDatabaseOptions } from './open';
export { databaseDirectory, DEFAULT_DIRECTORY } from './base/url';

export { Records } from './records/records';
export type { RecordProblem } from './records/recordTable';
export type { StoredTarget } from './records/targetRecords';
export { MAX_HISTORY, withHistory, type FailureHistoryEntry } from './records/failureRecords';
export type { CorpusEntry } from './records/corpusEntry';
export { MAX_WORD_LENGTH, mergeWords, MOST_WORDS, type StoredWords } from './records/wordRecords';
export { retryConflicts } from './records/retryConflicts';
export { PointLog } from './records/pointLog';
export { mergeFailedAgain, mergeFound, mergePassed } from './merge/mergeFailure';

export { appendJournal } from './journal/journal';
export { loadState } from './live/campaignState';
export { followDatabase, type FollowOptions } from './live/followDatabase';
export { ingestJournal, writeReplayFiles, type IngestResult } from './journal/ingestJournal';
