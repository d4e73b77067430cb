import * as fs from 'node:fs';
import * as path from 'node:path';
import { checkDirectory } from '../../../src/database/base/directory';
import { readExport } from '../../../src/database/operations/readExport';
import type { Arguments } from '../flags/arguments';
import { mergeInto } from './mergeCommand';
import { openRecords } from './openRecords';
import { finishImport, ImportProblems, mergerFor } from './recordImport';

/** `fuzz-runner import <file|folder|->`: adds the records of an export, or of a copied database, to the database. */
export async function importCommand(given: Arguments, rootDir: string): Promise<number> {
  const name = given.words[0]!;
  const source = name === '-' ? null : path.resolve(rootDir, name);
  if (source !== null && !fs.existsSync(source)) {
    throw new Error(
      `There is no file or folder ${name}. Give import the file that "fuzz-runner export" wrote, ` +
        'the folder of a copied database, or - for standard input.',
    );
  }
  if (source !== null && fs.statSync(source).isDirectory()) {
    checkDirectory(source);
    const isFolder = fs.existsSync(path.join(source, 'records')) && !fs.existsSync(path.join(source, 'data.mdb'));
    const url = `${isFolder ? 'dir' : 'lmdb'}:${source}`;
    return mergeInto(given.database, rootDir, [{ name, url, directory: isFolder ? null : source }]);
  }
  const opened = await openRecords(given.database, rootDir, 'create');
  try {
    const problems = new ImportProblems();
    const stream = source === null ? process.stdin : fs.createReadStream(source, { highWaterMark: 1 << 18 });
    const title = name === '-' ? 'Standard input' : name;
    const merger = mergerFor(opened, title, problems);
    try {
      const blocks = readExport(stream as AsyncIterable<Uint8Array>, (problem) => problems.add(`${title} ${problem}`));
      for await (const entries of blocks) for (const entry of entries) await merger.add(entry);
    } catch (error) {
      // The messages of these errors have no subject. Other errors are not about the file.
      const { code, message } = error as { code?: string; message?: string };
      if (code === 'foreign' || code === 'newer-format' || code === 'damaged') {
        throw new Error(`${title} ${String(message)}`, { cause: error });
      }
      throw error;
    }
    await finishImport(opened, merger, title);
    return problems.end();
  } finally {
    await opened.close();
  }
}
