import * as fs from 'node:fs';
import * as path from 'node:path';
import { databaseDirectory, openDatabase, Records, writeReplayFiles } from '../../src/database';
import { prepareDirectory } from '../../src/database/base/directory';
import { fileHash } from '../../src/database/journal/replayFile';

/*
 * A process of its own for ordinary runs with a database elsewhere: `node fetchFailures.js <root directory>`, the
 * URL in `FUZZ_DATABASE`, writes the replay files of all its failures. Here, since a test environment may have other globals, and since Jest
 * would load a client of Redis anew for it. What goes wrong is one line on standard error, and exit code 1.
 */

/** Which replay files came from another machine, so that they go when their failures do. */
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
    // They become paths.
    return Array.isArray(list) ? list.filter((hash) => typeof hash === 'string' && /^[\da-f]{16}$/.test(hash)) : [];
  } catch {
    return [];
  }
}

if (require.main === module) {
  const [rootDir = ''] = process.argv.slice(2);
  // Not an argument: those can be read by all users of the machine, and it may hold a password.
  const url = process.env['FUZZ_DATABASE'] ?? '';
  fetchFailures(url, rootDir).then(
    // A connection that lingers must not keep the run waiting.
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`${(error as Error).message}\n`, () => process.exit(1));
    },
  );
}
