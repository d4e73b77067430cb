/**
 * `fuzz-runner/database`: where corpus, failures and runs are kept, for tools of your own.
 *
 * `openDatabase` opens what `--database` names; `Records` gives its contents types. Write your own store by
 * implementing `Database`. Importing this loads nothing native; opening LMDB does.
 */
export type { Database, DatabaseChange, DatabaseEntry, WatchOptions, WriteOperation, WriteOptions } from './database';
export { DatabaseError, type DatabaseErrorCode } from './databaseError';
export { hashKey, keyPart, MAX_KEY_BYTES } from './key';
export { openLmdbDatabase, type LmdbOptions } from './lmdb';
export { openMemoryDatabase } from './memory';
export { openFolderDatabase, type FolderOptions } from './folder';
export { readOnly } from './readOnly';
export { multiplex, type MultiplexOptions } from './multiplex';
export { backgroundWriter, type BackgroundWriterOptions } from './backgroundWriter';
export { openArtifactDatabase, type ArtifactOptions } from './artifact';
export { openRemoteDatabase, type RemoteOptions } from './remote';
export { openRedisDatabase, type RedisOptions } from './redis';
export { openDatabase, type OpenDatabaseOptions } from './open';
export { databaseDirectory, DEFAULT_DIRECTORY } from './url';

export { Records } from './records';
export type { RecordProblem } from './recordTable';
export type { StoredTarget } from './targetRecords';
export { MAX_HISTORY, withHistory, type FailureHistoryEntry } from './failureRecords';
export type { CorpusEntry } from './corpusRecords';
export { MAX_WORD_LENGTH, mergeWords, MOST_WORDS, type StoredWords } from './wordRecords';
export { retryConflicts } from './retryConflicts';
export { PointLog } from './pointLog';
export { mergeFailedAgain, mergeFound, mergePassed } from './mergeFailure';

export { appendJournal } from './journal';
export { loadState } from './campaignState';
export { followDatabase, type FollowOptions } from './followDatabase';
export { ingestJournal, writeReplayFiles, type IngestResult } from './ingestJournal';
