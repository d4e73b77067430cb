import picomatch from 'picomatch';

/** A file that a pattern is matched with. */
export interface MatchedFile {
  /** With forward slashes. Relative to the root directory; in a package, it begins with `node_modules/`. */
  readonly path: string;
  /** The package that it belongs to; null for a file of the project. */
  readonly packageName: string | null;
}

/**
 * Returns a function that matches files with one pattern of the user:
 * - `lodash`, `@scope/name`, `@scope/*`, `eslint-*` match all files of a package and, relative to the root directory, a file
 *   or folder of that name;
 * - `src/generated`, `./src`, `lib/*.js`, `legacy/**` match a file, or all files of a folder, relative to the root
 *   directory. In packages they are relative to `node_modules/`, which the pattern may leave out.
 *
 * `*` matches any characters except `/`, `?` one character except `/`, `**` any folders, `{a,b}` matches `a` or `b`. The
 * folders that `**` and `*` match may lie outside of the root directory (`../other`). A backslash stands for `/`.
 * Throws a TypeError for a pattern without a name.
 */
export function filePattern(pattern: string): (file: MatchedFile) => boolean {
  const slashed = pattern.replaceAll('\\', '/');
  const plain = slashed.replace(/^\.\//, '').replace(/\/+$/, '');
  if (plain === '') throw new TypeError(emptyPattern(pattern));
  const isPath = slashed.startsWith('./') || (plain.includes('/') && !/^@[^/]+\/[^/]+$/.test(plain));
  const isNamed = picomatch(literalButGlobs(plain), GLOB_OPTIONS);
  const isFileOrBelow = picomatch([literalButGlobs(plain), `${literalButGlobs(plain)}/**`], GLOB_OPTIONS);
  return ({ path: given, packageName }) => {
    const path = visible(given);
    if (packageName === null) return isFileOrBelow(path);
    return isPath ? isFileOrBelow(path) || isFileOrBelow(path.replace(FIRST_FOLDER, '')) : isNamed(packageName);
  };
}

/** Names with a leading dot are like any other, and paths have forward slashes on every system. */
const GLOB_OPTIONS: picomatch.PicomatchOptions = { dot: true, windows: false };
const PARENT = '\u0001';
const FIRST_FOLDER = /^node_modules\//;

/** Escapes special characters of picomatch that our patterns do not have: folders may be named `(group)` or `[id]`. */
function literalButGlobs(pattern: string): string {
  return visible(pattern).replace(/[\\^$+()|[\]!@]/g, '\\$&');
}

/** Gives each `..` another name: for picomatch, `*` and `**` do not match it. */
function visible(path: string): string {
  return path.replace(/(?<=^|\/)\.\.(?=\/|$)/g, PARENT);
}

function emptyPattern(pattern: string): string {
  return `Expected the name of a package, a path or a glob but received '${pattern}'. Remove it from include and exclude, or name a package or folder.`;
}
