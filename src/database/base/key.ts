import { createHash } from 'node:crypto';
import { DatabaseError } from './databaseError';

/** The most bytes that a key may have. LMDB with pages of 4 KiB accepts no longer keys, so no other database does. */
export const MAX_KEY_BYTES = 1978;

/** A name of fixed length for any text: the first 16 hex digits of its SHA-1. It gives no security. */
export function hashKey(text: string | Uint8Array): string {
  return createHash('sha1').update(text).digest('hex').slice(0, 16);
}

/** `text` itself if it is short and plain, so that keys stay readable; its hash otherwise. */
export function keyPart(text: string): string {
  return /^[\w.-]{1,100}$/.test(text) ? text : hashKey(text);
}

/** The bytes of a key; throws when a database could not store it. */
export function encodeKey(key: string): Buffer {
  const bytes = Buffer.from(key, 'utf8');
  if (bytes.length === 0) {
    throw new DatabaseError('bad-key', 'Expected a database key of at least one character but received an empty one.');
  }
  if (bytes.length > MAX_KEY_BYTES) {
    throw new DatabaseError(
      'bad-key',
      `Expected a database key of at most ${MAX_KEY_BYTES} bytes but received one of ${bytes.length} bytes ` +
        `("${key.slice(0, 60)}..."). Use hashKey() for its long part.`,
    );
  }
  if (bytes.toString('utf8') !== key) {
    throw new DatabaseError(
      'bad-key',
      `Expected a database key of well-formed Unicode but received ${JSON.stringify(key)}. Use hashKey() for that part.`,
    );
  }
  return bytes;
}
