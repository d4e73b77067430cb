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
  const expression = new RegExp(`^${expressionOf(plain)}$`);
  const below = new RegExp(`^(?:node_modules/)?${expressionOf(plain)}(?:/|$)`);
  const own = new RegExp(`^${expressionOf(plain)}(?:/|$)`);
  return ({ path, packageName }) => {
    if (packageName === null) return own.test(path);
    return isPath ? below.test(path) : expression.test(packageName);
  };
}

function expressionOf(glob: string): string {
  let depth = 0;
  return (
    glob.replace(/\*\*\/|\*\*|[*?{},]|[\\^$+.()|[\]]/g, (part) => {
      switch (part) {
        case '**/':
          return '(?:[^/]+/)*';
        case '**':
          return '.*';
        case '*':
          return '[^/]*';
        case '?':
          return '[^/]';
        case '{':
          depth += 1;
          return '(?:';
        case '}':
          if (depth === 0) return '\\}';
          depth -= 1;
          return ')';
        case ',':
          return depth > 0 ? '|' : ',';
        default:
          return `\\${part}`;
      }
    }) + ')'.repeat(depth)
  );
}

function emptyPattern(pattern: string): string {
  return `Expected the name of a package, a path or a glob but received '${pattern}'. Remove it from include and exclude, or name a package or folder.`;
}
