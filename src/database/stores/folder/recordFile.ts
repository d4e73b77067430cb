import { createHash } from 'node:crypto';

/**
 * A record as the content of its file: a line `fuzz-runner 1 <hash> <key as JSON>`, then the value. The hash of key and
 * value shows that a tool or a file system has damaged the file; the key shows that it was copied to another name.
 */
export function encodeRecordFile(key: string, value: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${TITLE} ${hashOf(key, value)} ${JSON.stringify(key)}\n`), value]);
}

/** Key and value, or a text that says what is wrong with the file. */
export function decodeRecordFile(bytes: Buffer): { readonly key: string; readonly value: Uint8Array } | string {
  const end = bytes.indexOf(10);
  const [, hash, json] = /^fuzz-runner 1 ([\da-f]{16}) (".*")$/.exec(bytes.toString('utf8', 0, Math.max(end, 0))) ?? [];
  if (hash === undefined || json === undefined) {
    const start = JSON.stringify(bytes.toString('utf8', 0, 40));
    return `expected it to begin with "${TITLE}" but received ${start}`;
  }
  let key: string;
  try {
    key = JSON.parse(json) as string;
  } catch {
    return 'its key cannot be read';
  }
  const value = new Uint8Array(bytes.subarray(end + 1));
  return hashOf(key, value) === hash ? { key, value } : 'its hash does not fit its contents';
}

const TITLE = 'fuzz-runner 1';

function hashOf(key: string, value: Uint8Array): string {
  return createHash('sha1')
    .update(`${JSON.stringify(key)}\n`)
    .update(value)
    .digest('hex')
    .slice(0, 16);
}
