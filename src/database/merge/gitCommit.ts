import * as fs from 'node:fs';
import * as path from 'node:path';

/**
 * The commit that is checked out around `folder`; null when there is none. Reads Git's files, because Git may be
 * missing.
 */
export function gitCommit(folder: string): string | null {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const found = readHead(path.join(at, '.git'));
    if (found !== null) return found;
    if (path.dirname(at) === at) return null;
  }
}

function readHead(entry: string): string | null {
  // In a worktree, `.git` is a file that names the directory.
  const pointer = read(entry);
  const directory =
    pointer === null ? entry : path.resolve(path.dirname(entry), pointer.replace(/^gitdir:\s*/, '').trim());
  const head = read(path.join(directory, 'HEAD'))?.trim();
  if (head === undefined) return null;
  if (!head.startsWith('ref: ')) return isHash(head) ? head : null;
  const name = head.slice('ref: '.length);
  const common = path.resolve(directory, read(path.join(directory, 'commondir'))?.trim() ?? '.');
  const loose = read(path.join(common, name))?.trim();
  if (loose !== undefined && isHash(loose)) return loose;
  const packed = read(path.join(common, 'packed-refs'))
    ?.split('\n')
    .find((line) => line.endsWith(` ${name}`))
    ?.split(' ')[0];
  return packed !== undefined && isHash(packed) ? packed : null;
}

function isHash(text: string): boolean {
  return /^[0-9a-f]{40,64}$/.test(text);
}

function read(file: string): string | null {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
