import { createHash } from 'node:crypto';

/** What the file of a record ends with; nothing else in its folders does. */
export const RECORD_SUFFIX = '.rec';

/** Longer parts of a key are named by their hash: file systems allow 255 bytes. */
const MAX_PART = 120;

/** Names that Windows keeps for devices, whatever follows a dot. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/;

/**
 * The path of a key's file, with forward slashes. Made of small letters, digits and `-_.%` only, so that it means the
 * same where case does not count, where Unicode is normalized, and on Windows. The parts of a key are folders, whose
 * names have no dot: so the file of `a` (`a.rec`) and the folder of `a/b` (`a`) are never one.
 */
export function keyToPath(key: string): string {
  const parts = key.split('/');
  const name = encodePart(parts.pop()!).replace(/\.$/, '%2e') + RECORD_SUFFIX;
  return [...parts.map((part) => encodePart(part).replaceAll('.', '%2e')), name].join('/');
}

/** The key of a path; null if only the file itself tells, or if no key has this path. */
export function pathToKey(path: string): string | null {
  if (!path.endsWith(RECORD_SUFFIX)) return null;
  const parts = path.slice(0, -RECORD_SUFFIX.length).split('/').map(decodePart);
  if (parts.includes(null)) return null;
  const key = parts.join('/');
  return keyToPath(key) === path ? key : null;
}

/** The folder that holds all keys with this prefix: the parts of it that are whole. */
export function prefixFolder(prefix: string): string {
  return keyToPath(prefix).split('/').slice(0, -1).join('/');
}

function encodePart(part: string): string {
  if (part === '') return '%';
  let text = '';
  for (const byte of Buffer.from(part, 'utf8')) {
    const character = String.fromCharCode(byte);
    text += /[a-z0-9_.-]/.test(character) ? character : percent(byte);
  }
  if (text.startsWith('.')) text = `%2e${text.slice(1)}`;
  if (RESERVED.test(text)) text = percent(text.charCodeAt(0)) + text.slice(1);
  return text.length <= MAX_PART ? text : `%h${createHash('sha1').update(part).digest('hex')}`;
}

function decodePart(text: string): string | null {
  if (text === '%') return '';
  if (text.startsWith('%h')) return null;
  if (/%(?![\da-f]{2})/.test(text)) return null;
  const bytes = text.replace(/%([\da-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function percent(byte: number): string {
  return `%${byte.toString(16).padStart(2, '0')}`;
}
