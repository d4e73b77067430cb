import * as path from 'node:path';

/*
 * Only this module reads the text of `--database` and `FUZZ_DATABASE`, so that a fuzz run writes the files of a
 * database into the directory where an ordinary run reads them. Every test file of an ordinary run loads this module,
 * so it imports only `node:path`.
 */

/** The default database directory; relative to the root directory. */
export const DEFAULT_DIRECTORY = '.fuzz-runner';

export interface DatabaseUrl {
  /** In lower case, without the colon; `lmdb` for a path without a scheme and for an empty text. */
  readonly scheme: string;
  /** The text after the colon, unchanged. */
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
 * The directory for data that must be in files (`replay`, `journal`, the token of the dashboard). For LMDB it is the
 * directory of the database, for `multi:` that of the first LMDB database in it, and for all others `.fuzz-runner`. The
 * result is as in the URL: absolute, or relative to the root directory.
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

/** `directoryName` as an absolute path. It is possible that the directory does not exist. */
export function databaseDirectory(url: string, rootDir: string): string {
  return path.resolve(rootDir, directoryName(url));
}

/**
 * True when some failures of a database may have no replay file in `directoryName(url)`, so that an ordinary run has to
 * fetch them. This is so for servers and for `dir:`, and in `multi:` for a second LMDB database, whose files are in its
 * own directory. It is not so for a single LMDB database, with or without `readonly:`, because each process that writes
 * it also writes its replay files. It is true for a scheme that is not supported: the fetch then reports that scheme.
 */
export function isElsewhere(url: string): boolean {
  const own = path.resolve(directoryName(url));
  return singleUrls(url).some((single) => {
    const { scheme } = parseDatabaseUrl(single);
    if (scheme === 'lmdb') return path.resolve(directoryName(single)) !== own;
    return scheme !== 'memory';
  });
}

/**
 * True when `directoryName(url)` is the directory of an LMDB database that must only be read: then nothing may be
 * written there, not even what an ordinary run finds.
 */
export function isDirectoryReadOnly(url: string): boolean {
  if (parseDatabaseUrl(url).scheme !== 'readonly') return false;
  return singleUrls(url).some((single) => {
    return parseDatabaseUrl(single).scheme === 'lmdb' && directoryName(single) === directoryName(url);
  });
}

/** The databases in a URL, without the `readonly:` and `multi:` around them. */
function singleUrls(url: string): string[] {
  const { scheme, rest } = parseDatabaseUrl(url);
  if (scheme === 'readonly') return singleUrls(rest);
  return scheme === 'multi' ? partsOfUrl(url).flatMap(singleUrls) : [url];
}
