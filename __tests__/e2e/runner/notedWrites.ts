import * as path from 'node:path';
import { openDatabase } from '../../../src/database/open';
import { DIST, type Project } from './project';

const FOLDER = path.join(__dirname, '..', '..', '..', 'bench', 'together');

interface LostWrites {
  /** How many keys were looked for. */
  readonly count: number;
  /** What is not as it was acknowledged, in words. */
  readonly lost: readonly string[];
}

/** For the environment of a fuzzer: it notes what its database acknowledged. */
export function notingWrites({ folder }: Project): Readonly<Record<string, string>> {
  return {
    NODE_OPTIONS: `--require ${path.join(FOLDER, 'noteWrites.js')}`,
    NOTED_DIST: DIST,
    NOTED_WRITES: notesOf(folder),
  };
}

/** What the fuzzers of these projects were told is written, and is not in the database. */
export async function lostWritesOf(projects: readonly Project[], url: string): Promise<LostWrites> {
  const contents = new Map<string, Uint8Array>();
  const database = await openDatabase(url, { rootDir: projects[0]!.folder, readOnly: true });
  for await (const [key, value] of database.list('')) contents.set(key, value);
  await database.close();
  const { lostWrites } = require(path.join(FOLDER, 'lostWrites.js')) as {
    lostWrites: (files: readonly string[], contents: ReadonlyMap<string, Uint8Array>) => LostWrites;
  };
  return lostWrites(
    projects.map(({ folder }) => notesOf(folder)),
    contents,
  );
}

function notesOf(folder: string): string {
  return path.join(folder, 'written.log');
}
