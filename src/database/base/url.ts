import * as path from 'node:path';

/*
 * The text of `--database` and `FUZZ_DATABASE` is read here and nowhere else: a fuzz run writes the files of a database
 * in the directory that an ordinary run looks in. Every test file of an ordinary run loads this module, so it imports
 * nothing but `node:path`.
 */

/** Where everything is kept unless the user says otherwise; relative to the root directory. */
export const DEFAULT_DIRECTORY = '.fuzz-runner';

export interface DatabaseUrl {
  /** In lower case, without the colon; `lmdb` for a bare path and for an empty text. */
  readonly scheme: string;
  /** What comes after the colon, as it is written. */
  readonly rest: string;
}

export function parseDatabaseUrl(url: string): DatabaseUrl {
  // Two letters at least: `C:\data` is a path.
  const [, scheme, rest = ''] = /^(?:([a-z][a-z\d+.-]+):)?(.*)$/is.exec(url) ?? [];
  return { scheme: scheme?.toLowerCase() ?? 'lmdb', rest };
}

/** The databases of a `multi:` URL; any other URL is its only part. A comma inside a part is written `%2C`. */
export function partsOfUrl(url: string): string[] {
  const { scheme, rest } = parseDatabaseUrl(url);
  return scheme === 'multi' ? rest.split(',').map((part) => part.trim().replace(/%2c/gi, ',')) : [url];
}

/**
 * The directory that belongs to a database, for what must be in files (`replay`, `journal`, the token of the
 * dashboard): that of LMDB, in `multi:` that of its first part that is one, and `.fuzz-runner` for a database that has
 * none. As it is written: absolute, or relative to the root directory.
 */
export function directoryName(url: string): string {
  const { scheme, rest } = parseDatabaseUrl(url);
  if (scheme === 'readonly') return directoryName(rest);
  if (scheme === 'multi') {
    const lmdb = partsOfUrl(url).find((part) => parseDatabaseUrl(part).scheme === 'lmdb');
    return lmdb === undefined ? DEFAULT_DIRECTORY : directoryName(lmdb);
  }
  return (scheme === 'lmdb' && rest) || DEFAULT_DIRECTORY;
}

/** The same as an absolute path. It may not exist. */
export function databaseDirectory(url: string, rootDir: string): string {
  return path.resolve(rootDir, directoryName(url));
}

/**
 * Whether some failures of a database may have no replay file in `directoryName(url)`, so that an ordinary run has to
 * fetch them: those of servers and of `dir:`, and in `multi:` those of a second LMDB, whose files are in a directory of
 * its own. A single LMDB is not elsewhere, with or without `readonly:`: whoever writes it writes its replay files too.
 * A scheme that is not supported counts as elsewhere, so that the process that fetches says so.
 */
export function isElsewhere(url: string): boolean {
  const own = path.resolve(directoryName(url));
  return singleUrls(url).some((single) => {
    const { scheme } = parseDatabaseUrl(single);
    if (scheme === 'lmdb') return path.resolve(directoryName(single)) !== own;
    return scheme !== 'memory';
  });
}

/** The databases in a URL, without the `readonly:` and `multi:` around them. */
function singleUrls(url: string): string[] {
  const { scheme, rest } = parseDatabaseUrl(url);
  if (scheme === 'readonly') return singleUrls(rest);
  return scheme === 'multi' ? partsOfUrl(url).flatMap(singleUrls) : [url];
}
