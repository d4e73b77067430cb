import { decodeChoices, ENCODING_VERSION, fromBlob } from '../../choice/encoding';
import type { CorpusEntry } from '../records/corpusEntry';
import type { FailureSnapshot } from '../../protocol/failure';
import { messageOf } from '../base/databaseError';
import { hashKey, keyPart } from '../base/key';
import type { Records } from '../records/records';
import type { RecordTable } from '../records/recordTable';
import type { StoredTarget } from '../records/targetRecords';
import type { StoredWords } from '../records/wordRecords';

export { SET_ASIDE } from '../records/recordTable';

/** One kind of record: all records whose key begins with `prefix`. */
export interface RecordKind {
  /** Its name in messages, in the plural. */
  readonly name: string;
  readonly prefix: string;
  /** The value, or why it cannot be read. */
  read(key: string, bytes: Uint8Array): ReadRecord;
  /** The bytes of a value of the type that `read` returns. */
  write(value: unknown): Uint8Array;
}

export type ReadRecord =
  | { readonly status: 'ok'; readonly value: unknown }
  /** Written by a newer version, which can read it. */
  | { readonly status: 'newer'; readonly reason: string }
  | { readonly status: 'damaged'; readonly reason: string };

/** All kinds of records that this version knows. */
export function recordKinds(records: Records): RecordKind[] {
  const { targets, failures, corpus, words, runs, leases } = records;
  return [
    kind('targets', targets.table, (value: StoredTarget) => hashKey(value.target.id)),
    kind('failures', failures.table, keyOfFailure),
    kind('history of failures', failures.histories),
    kind('corpus entries', corpus.table, keyOfEntry),
    kind('words', words.table, (value: StoredWords) => hashKey(value.targetId)),
    kind('runs', runs.runs, ({ runId }) => keyPart(runId)),
    kind('tests that are not fuzzed', runs.notCollected),
    kind('workers', runs.workers),
    kind('notices', runs.notices),
    kind('curves', runs.chunks),
    kind('shares in targets', runs.shares),
    kind('seen behaviors', runs.seen),
    kind('leases', leases.table),
  ];
}

export function kindOf(kinds: readonly RecordKind[], key: string): RecordKind | undefined {
  return kinds.find(({ prefix }) => key.startsWith(prefix));
}

/** `keyOf`: the key that a value must have, without its prefix; it throws an Error for a value that cannot be right. */
function kind<T>(name: string, table: RecordTable<T>, keyOf: (value: T) => string | null = () => null): RecordKind {
  const { prefix, codec } = table;
  const { version } = codec;
  return {
    name,
    prefix,
    write: (value) => codec.encode(value as T),
    read(key, bytes) {
      if (bytes[0] !== undefined && bytes[0] > version) {
        return {
          status: 'newer',
          reason: `its format is ${bytes[0]} and this version of fuzz-runner knows ${version}`,
        };
      }
      try {
        const value = codec.decode(bytes);
        const expected = keyOf(value);
        if (expected !== null && key !== prefix + expected) throw new Error(`it belongs under ${prefix}${expected}`);
        return { status: 'ok', value };
      } catch (error) {
        return { status: 'damaged', reason: messageOf(error) };
      }
    },
  };
}

function keyOfFailure({ targetId, id, blob }: FailureSnapshot): string {
  // A newer version may use another encoding, which only the worker that replays it can check.
  if (blob.startsWith('fz1-')) fromBlob(blob);
  return `${hashKey(targetId)}/${keyPart(id)}`;
}

function keyOfEntry({ targetId, choices }: CorpusEntry): string {
  if (choices[0]! <= ENCODING_VERSION) decodeChoices(choices);
  return `${hashKey(targetId)}/${hashKey(choices)}`;
}
