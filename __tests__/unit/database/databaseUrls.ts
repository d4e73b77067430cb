/** One text of `--database` or `FUZZ_DATABASE`, and what it means. */
export interface DatabaseUrlRow {
  readonly url: string;
  readonly scheme: string;
  readonly parts: readonly string[];
  /** The directory of its files, as text: absolute, or relative to the root directory. */
  readonly directory: string;
  /** Whether an ordinary run has to fetch its failures. */
  readonly isElsewhere: boolean;
}

/** Stands for an absolute path in `DATABASE_URLS`. */
export const ABSOLUTE = '/ABSOLUTE';

const DEFAULT = '.fuzz-runner';
const REDIS = 'redis://127.0.0.1:1';

/** `parts` of one database are its URL. */
const single = (scheme: string, url: string, directory: string, isElsewhere: boolean): DatabaseUrlRow => ({
  url,
  scheme,
  parts: [url],
  directory,
  isElsewhere,
});

const multi = (url: string, parts: readonly string[], directory: string, isElsewhere: boolean): DatabaseUrlRow => ({
  url,
  scheme: 'multi',
  parts,
  directory,
  isElsewhere,
});

export const DATABASE_URLS: readonly DatabaseUrlRow[] = [
  single('lmdb', '', DEFAULT, false),
  single('lmdb', 'lmdb:', DEFAULT, false),
  single('lmdb', 'LMDB:', DEFAULT, false),
  single('lmdb', 'team', 'team', false),
  single('lmdb', './redis:team', 'redis:team', false),
  single('lmdb', 'lmdb:data/team', 'data/team', false),
  single('lmdb', 'LMDB:Team', 'Team', false),
  single('lmdb', `lmdb:${ABSOLUTE}`, ABSOLUTE, false),
  single('lmdb', ABSOLUTE, ABSOLUTE, false),
  // One letter is a drive of Windows.
  single('lmdb', 'C:\\team', 'C:\\team', false),
  single('lmdb', 'lmdb:C:\\team', 'C:\\team', false),
  // Only in `multi:` does a comma mean something.
  single('lmdb', 'a,b', 'a,b', false),
  single('lmdb', 'lmdb:a%2Cb', 'a%2Cb', false),

  single('redis', REDIS, DEFAULT, true),
  single('redis', 'REDIS://127.0.0.1:1', DEFAULT, true),
  single('rediss', 'rediss://127.0.0.1:1', DEFAULT, true),
  single('dir', 'dir:records', DEFAULT, true),
  single('http', 'http://127.0.0.1:1/?token=x', DEFAULT, true),
  single('https', 'https://127.0.0.1:1/?token=x', DEFAULT, true),
  single('github', 'github:a/b/c?api=http://127.0.0.1:1', DEFAULT, true),
  single('memory', 'memory:', DEFAULT, false),
  // Not supported: the process that fetches says so.
  single('mongo', 'mongo://127.0.0.1', DEFAULT, true),

  single('readonly', 'readonly:', DEFAULT, false),
  single('readonly', 'readonly:team', 'team', false),
  single('readonly', 'readonly:lmdb:team', 'team', false),
  single('readonly', 'READONLY:LMDB:team', 'team', false),
  single('readonly', 'readonly:readonly:lmdb:team', 'team', false),
  single('readonly', 'readonly:C:\\team', 'C:\\team', false),
  single('readonly', `readonly:${REDIS}`, DEFAULT, true),
  single('readonly', 'readonly:memory:', DEFAULT, false),
  single('readonly', 'readonly:multi:lmdb:team', 'team', false),
  single('readonly', `readonly:multi:${REDIS},team`, 'team', true),
  single('readonly', 'readonly:multi:lmdb:a,lmdb:b', 'a', true),

  multi('multi:', [''], DEFAULT, false),
  multi('multi:lmdb:team', ['lmdb:team'], 'team', false),
  multi('multi:team,memory:', ['team', 'memory:'], 'team', false),
  multi('multi:team,./team/', ['team', './team/'], 'team', false),
  multi(`multi:team,${REDIS}`, ['team', REDIS], 'team', true),
  multi(`multi:lmdb:team,${REDIS}`, ['lmdb:team', REDIS], 'team', true),
  multi(`multi:lmdb:,${REDIS}`, ['lmdb:', REDIS], DEFAULT, true),
  multi(`multi:${REDIS},lmdb:team`, [REDIS, 'lmdb:team'], 'team', true),
  multi(`multi:${REDIS}, team `, [REDIS, 'team'], 'team', true),
  multi(`MULTI:${REDIS},LMDB:team`, [REDIS, 'LMDB:team'], 'team', true),
  multi(`multi:${REDIS},dir:records`, [REDIS, 'dir:records'], DEFAULT, true),
  multi(`multi:C:\\team,${REDIS}`, ['C:\\team', REDIS], 'C:\\team', true),
  multi(`multi:${REDIS},lmdb:${ABSOLUTE}`, [REDIS, `lmdb:${ABSOLUTE}`], ABSOLUTE, true),
  multi('multi:lmdb:a,lmdb:b', ['lmdb:a', 'lmdb:b'], 'a', true),
  multi('multi:a,lmdb:b', ['a', 'lmdb:b'], 'a', true),
  // A comma inside a part.
  multi(`multi:lmdb:a%2Cb,${REDIS}`, ['lmdb:a,b', REDIS], 'a,b', true),
  multi(`multi:a%2cb,${REDIS}`, ['a,b', REDIS], 'a,b', true),
  // An empty part is the default directory.
  multi(`multi:,${REDIS}`, ['', REDIS], DEFAULT, true),
  multi(`multi:${REDIS},,lmdb:b`, [REDIS, '', 'lmdb:b'], DEFAULT, true),
  // Only a part that is LMDB itself gives the directory.
  multi(`multi:readonly:lmdb:a,${REDIS}`, ['readonly:lmdb:a', REDIS], DEFAULT, true),
  multi('multi:readonly:lmdb:a,lmdb:b', ['readonly:lmdb:a', 'lmdb:b'], 'b', true),
  multi('multi:readonly:lmdb:a,memory:', ['readonly:lmdb:a', 'memory:'], DEFAULT, true),
  multi('multi:readonly:lmdb:b,lmdb:b', ['readonly:lmdb:b', 'lmdb:b'], 'b', false),
  multi(`multi:multi:lmdb:a%2C${REDIS},memory:`, [`multi:lmdb:a,${REDIS}`, 'memory:'], DEFAULT, true),
];
