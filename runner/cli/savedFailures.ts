import * as fs from 'node:fs';
import * as path from 'node:path';
import { DatabaseError, databaseDirectory, ingestJournal, openDatabase, Records } from '../../src/database';
import { isElsewhere } from '../../src/database/base/url';
import type { FailureSnapshot } from '../../src/protocol/failure';
import { warn } from './terminal/print';

/**
 * All failures of a database, fixed ones too. First adds the journal to the database: it has what ordinary runs have
 * found since the last fuzz run. Throws an Error when there is no database, and creates none.
 */
export async function loadSavedFailures(url: string, rootDir: string): Promise<FailureSnapshot[]> {
  const directory = databaseDirectory(url, rootDir);
  if (!isElsewhere(url) && !fs.existsSync(path.join(directory, 'fuzz-runner.json'))) {
    throw new Error(
      `There are no saved failures: ${directory} is not a database of fuzz-runner. ` +
        'Run this command in the folder that has the database, or name the database with --database, or fuzz first.',
    );
  }
  const records = new Records(await openDatabase(url, { rootDir, onNotice: warn }), ({ message }) => warn(message));
  try {
    try {
      const { warnings } = await ingestJournal(directory, records);
      for (const warning of warnings) warn(warning);
    } catch (error) {
      // The journal cannot be added to a read-only database, so the list does not have what ordinary runs found.
      if (!(error instanceof DatabaseError && error.code === 'read-only')) throw error;
    }
    return await records.failures.list();
  } finally {
    await records.close();
  }
}
