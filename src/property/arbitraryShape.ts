import { hashText } from '../coverage/source/hash';

/**
 * A hash of the structure of an arbitrary, as 16 hex digits. It is equal for the same expression in another test,
 * process or machine, and differs for arbitraries that generate other values, as far as their fields show it. A
 * function counts only by its presence, because instrumentation changes its text. (So the keys of a record do not
 * count: they are hidden in a function.) Class names do not count, because they differ between builds of fast-check.
 * Fields differ between its versions, and so does the hash.
 */
export function arbitraryShape(root: unknown): string {
  const seen = new Map<object, number>();
  let left = MAX_PARTS;

  function describe(value: unknown, depth: number): string {
    if (left <= 0) return '…';
    left -= 1;
    if (typeof value === 'function') return 'f';
    if (typeof value === 'string') return JSON.stringify(value.slice(0, MAX_TEXT));
    if (typeof value !== 'object' || value === null) return `${typeof value} ${String(value)}`;
    const known = seen.get(value);
    if (known !== undefined) return `#${known}`;
    seen.set(value, seen.size);
    if (depth > MAX_DEPTH) return '…';
    if (Array.isArray(value)) {
      return `[${value.length} ${value
        .slice(0, MAX_ITEMS)
        .map((item) => describe(item, depth + 1))
        .join()}]`;
    }
    if (ArrayBuffer.isView(value)) return `bytes ${value.byteLength}`;
    const parts: string[] = [];
    for (const key of Object.keys(value).sort().slice(0, MAX_ITEMS)) {
      const descriptor = Object.getOwnPropertyDescriptor(value, key);
      if (descriptor !== undefined && 'value' in descriptor)
        parts.push(`${key}:${describe(descriptor.value, depth + 1)}`);
    }
    return `{${parts.join()}}`;
  }

  return hashText(describe(root, 0));
}

const MAX_PARTS = 20_000;
const MAX_ITEMS = 200;
const MAX_TEXT = 200;
const MAX_DEPTH = 40;
