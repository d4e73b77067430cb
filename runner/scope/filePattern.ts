import picomatch from 'picomatch';

/** A file as a pattern sees it. */
export interface MatchedFile {
  /** With forward slashes: relative to the root, or from `node_modules/` on. */
  readonly path: string;
  /** The package that it belongs to; null for a file of the project. */
  readonly packageName: string | null;
}

/**
 * Makes a test of files of one pattern of the user:
 * - `lodash`, `@scope/name`, `@scope/*`, `eslint-*`: all files of a package; without a scope, also a file or folder
 *   of that name right in the root;
 * - `src/generated`, `./src`, `lib/*.js`, `legacy/**`: a file, or all files of a folder, relative to the root;
 *   of packages relative to, or from, `node_modules/`.
 * `*` and `?` stand for characters but `/`, `**` for any folders, `{a,b}` for one of several.
 */
export function filePattern(pattern: string): (file: MatchedFile) => boolean {
  const plain = pattern.replace(/^\.\//, '').replace(/\/+$/, '');
  if (plain === '') throw new TypeError(emptyPattern(pattern));
  const isPath = pattern.startsWith('./') || (plain.includes('/') && !/^@[^/]+\/[^/]+$/.test(plain));
  const isNamed = picomatch(literalButGlobs(plain), GLOB_OPTIONS);
  const isFileOrBelow = picomatch([literalButGlobs(plain), `${literalButGlobs(plain)}/**`], GLOB_OPTIONS);
  return ({ path, packageName }) => {
    if (packageName === null) return isFileOrBelow(path);
    return isPath ? isFileOrBelow(path) || isFileOrBelow(path.replace(FIRST_FOLDER, '')) : isNamed(packageName);
  };
}

/** Names with a leading dot are as any other, and paths have forward slashes everywhere. */
const GLOB_OPTIONS: picomatch.PicomatchOptions = { dot: true, windows: false };
const FIRST_FOLDER = /^node_modules\//;

/** What means something to picomatch but is not in our list: folders may well be named `(group)` or `[id]`. */
function literalButGlobs(pattern: string): string {
  return pattern.replace(/[\\^$+()|[\]!@]/g, '\\$&');
}

function emptyPattern(pattern: string): string {
  return `Expected the name of a package, a path or a glob but received '${pattern}'. Remove it from include and exclude, or name a package or folder.`;
}
