import { messageOf } from '../base/databaseError';
import { hashKey, MAX_KEY_BYTES } from '../base/key';
import type { Records } from '../records/records';
import { kindOf, recordKinds, SET_ASIDE } from './recordKinds';

/** A record that cannot be used, or not by this version. */
export interface FoundProblem {
  readonly key: string;
  /** unknown: a newer version may know this kind of record, or this format. */
  readonly type: 'damaged' | 'unknown';
  readonly reason: string;
  /** The key under which it was set aside; missing when it was not. */
  readonly setAsideAs?: string;
}

export interface VerifyCounts {
  /** All records that were read, without those that were set aside earlier. */
  records: number;
  bytes: number;
  damaged: number;
  unknown: number;
  /** Records that were set aside earlier. */
  setAsideEarlier: number;
  readonly byKind: Map<string, number>;
}

/**
 * Reads every record. With `setAside`, a damaged record is moved to the key `damaged/<its key>`, which no run reads; a
 * record that a newer version may know stays where it is. Gives the problems one by one and returns the counts.
 */
export async function* verifyRecords(records: Records, setAside: boolean): AsyncGenerator<FoundProblem, VerifyCounts> {
  const kinds = recordKinds(records);
  const counts: VerifyCounts = {
    records: 0,
    bytes: 0,
    damaged: 0,
    unknown: 0,
    setAsideEarlier: 0,
    byKind: new Map(),
  };
  for await (const [key, bytes] of records.database.list('')) {
    if (key.startsWith(SET_ASIDE)) {
      counts.setAsideEarlier += 1;
      continue;
    }
    counts.records += 1;
    counts.bytes += Buffer.byteLength(key) + bytes.length;
    const kind = kindOf(kinds, key);
    const read = kind?.read(key, bytes);
    if (kind !== undefined && read?.status === 'ok') {
      counts.byKind.set(kind.name, (counts.byKind.get(kind.name) ?? 0) + 1);
      continue;
    }
    if (read?.status !== 'damaged') {
      counts.unknown += 1;
      const reason =
        read?.status === 'newer' ? read.reason : 'this version of fuzz-runner knows no records of this kind';
      yield { key, type: 'unknown', reason };
      continue;
    }
    counts.damaged += 1;
    const problem = { key, type: 'damaged', reason: read.reason } as const;
    if (!setAside) {
      yield problem;
      continue;
    }
    const setAsideAs = asideKey(key);
    try {
      await records.write([
        { type: 'expect', key, value: bytes },
        { type: 'put', key: setAsideAs, value: bytes },
        { type: 'delete', key },
      ]);
      yield { ...problem, setAsideAs };
    } catch (error) {
      yield { ...problem, reason: `${read.reason}; it could not be set aside: ${messageOf(error)}` };
    }
  }
  return counts;
}

function asideKey(key: string): string {
  const aside = SET_ASIDE + key;
  return Buffer.byteLength(aside) <= MAX_KEY_BYTES ? aside : SET_ASIDE + hashKey(key);
}
