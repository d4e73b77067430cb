import { createHash } from 'node:crypto';

/** The end of the name of every record file; no other file in these folders has it. */
export const RECORD_SUFFIX = '.rec';

/** Longer parts of a key are replaced by their hash: file systems allow names of 255 bytes. */
const MAX_PART = 120;

/** Names that Windows reserves for devices, with any suffix after a dot. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/;

/**
 * The path of a key's file, with forward slashes. It has only small letters, digits and `-_.%`, so that it means the
 * same on file systems that ignore case or normalize Unicode, and on Windows. The parts of a key are folders, whose
 * names have no dot: so the file of `a` (`a.rec`) and the folder of `a/b` (`a`) never have the same name.
 */
export function keyToPath(key: string): string {
  const parts = key.split('/');
  const name = encodePart(parts.pop()!).replace(/\.$/, '%2e') + RECORD_SUFFIX;
  return [...parts.map((part) => encodePart(part).replaceAll('.', '%2e')), name].join('/');
}

/** The key of a path; null if the path has only a hash of it (the file has the key), or if no key has this path. */
export function pathToKey(path: string): string | null {
  if (!path.endsWith(RECORD_SUFFIX)) return null;
  const parts = path.slice(0, -RECORD_SUFFIX.length).split('/').map(decodePart);
  if (parts.includes(null)) return null;
  const key = parts.join('/');
  return keyToPath(key) === path ? key : null;
}

/** The folder that holds all keys with this prefix: its parts up to the last `/`. */
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
