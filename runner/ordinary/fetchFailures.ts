import * as fs from 'node:fs';
import * as path from 'node:path';
import { databaseDirectory, openDatabase, Records, writeReplayFiles } from '../../src/database';
import { prepareDirectory } from '../../src/database/base/directory';
import { fileHash } from '../../src/database/journal/replayFile';

/*
 * The process that `fetchSaved` starts: `node fetchFailures.js <root directory>`, with the URL of the database in
 * `FUZZ_DATABASE`. It writes the replay files of all failures of the database. This cannot be done in a test file: a test
 * environment may have other globals, and Jest would load the Redis client again in each test file. A problem is
 * one line on standard error, with exit code 1.
 */

/** File with the hashes of the replay files that were fetched. A replay file is deleted when its failures are gone. */
const LIST = 'fetched-files.json';

async function fetchFailures(url: string, rootDir: string): Promise<void> {
  const directory = databaseDirectory(url, rootDir);
  prepareDirectory(directory);
  const records = new Records(await openDatabase(url, { rootDir, readOnly: true }));
  try {
    const files = new Set((await records.failures.list()).map(({ file }) => file));
    await writeReplayFiles(directory, records, files);
    const list = path.join(directory, LIST);
    const hashes = [...files].map(fileHash);
    for (const old of readList(list)) {
      if (!hashes.includes(old)) fs.rmSync(path.join(directory, 'replay', `${old}.json`), { force: true });
    }
    fs.writeFileSync(list, JSON.stringify(hashes));
  } finally {
    await records.close();
  }
}

function readList(file: string): string[] {
  try {
    const list = JSON.parse(fs.readFileSync(file, 'utf8')) as unknown;
    // Only hashes: they become names of files that are deleted.
    return Array.isArray(list) ? list.filter((hash) => typeof hash === 'string' && /^[\da-f]{16}$/.test(hash)) : [];
  } catch {
    return [];
  }
}

if (require.main === module) {
  const [rootDir = ''] = process.argv.slice(2);
  // Not an argument: all users of the machine can read arguments, and the URL may hold a password.
  const url = process.env['FUZZ_DATABASE'] ?? '';
  fetchFailures(url, rootDir).then(
    // Ends at once: an open connection must not keep the run waiting.
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`${(error as Error).message}\n`, () => process.exit(1));
    },
  );
}
