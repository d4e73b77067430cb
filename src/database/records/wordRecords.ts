import type { TargetId } from '../../protocol/target';
import { jsonCodec } from './codec';
import type { Database, WriteOperation } from '../base/database';
import { hashKey } from '../base/key';
import { RecordTable, type RecordProblem } from './recordTable';

/** Words that are kept for each target. */
export const MOST_WORDS = 64;
/** The longest word, in UTF-16 code units. */
export const MAX_WORD_LENGTH = 256;

/** Texts that led to new behaviors of a target. */
export interface StoredWords {
  readonly targetId: TargetId;
  /** The latest last. */
  readonly words: readonly string[];
}

/** `words/<hash of target id>`: the dictionary of each target. */
export class WordRecords {
  readonly table: RecordTable<StoredWords>;

  constructor(database: Database, onProblem: (problem: RecordProblem) => void) {
    this.table = new RecordTable(database, 'words/', CODEC, onProblem);
  }

  put(targetId: TargetId, words: readonly string[]): WriteOperation {
    return this.table.put(hashKey(targetId), { targetId, words: mergeWords(words) });
  }

  delete(targetId: TargetId): WriteOperation {
    return this.table.delete(hashKey(targetId));
  }

  /** Empty when there are none. */
  async get(targetId: TargetId): Promise<readonly string[]> {
    return mergeWords((await this.table.get(hashKey(targetId)))?.words ?? []);
  }
}

/**
 * Several lists as one. A word that occurs several times keeps its last place. If there are too many words, the oldest
 * ones are left out.
 */
export function mergeWords(...lists: readonly (readonly string[])[]): string[] {
  const words = new Set<string>();
  for (const word of lists.flat()) {
    if (word === '' || word.length > MAX_WORD_LENGTH) continue;
    words.delete(word);
    words.add(word);
  }
  return [...words].slice(-MOST_WORDS);
}

const CODEC = jsonCodec<StoredWords>(1, { targetId: 'string', words: ['string'] });
