/**
 * `setupFilesAfterEnv: ['fuzz-runner/setup']`: an ordinary run of Jest replays the saved failures of each property
 * before fast-check's own runs, and saves new ones.
 *
 * Jest loads this file for every test file, so it loads only the small module that reads the URL of the database. The
 * rest is required when there is something to do: `ordinary/wrapFastCheck.ts` when a test loads fast-check,
 * `ordinary/ordinaryFile.ts` when something is replayed or has failed. fast-check is replaced with Jest's own mock
 * functions, which work for every version and import style; its module is loaded only when a test loads it.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setImmediate } from 'node:timers';
import { createHash } from 'node:crypto';
import * as vm from 'node:vm';
import { directoryName, isElsewhere, isDirectoryReadOnly } from '../src/database/base/url';
import type { OrdinaryFile } from './ordinary/ordinaryFile';
import type { RealGlobals } from './ordinary/realGlobals';
import type { FastCheckModule } from './ordinary/wrapFastCheck';

/** Jest gives each module its own `jest`; these are the functions that are used here. */
declare const jest: {
  doMock(name: string, factory: () => unknown): void;
  requireActual(name: string): FastCheckModule;
};
declare const expect: { getState(): { testPath?: string; currentTestName?: string } };
declare const afterAll: (hook: () => void) => void;
declare const afterEach: (hook: () => Promise<void>) => void;

const testPath = expect.getState().testPath ?? '';
/** Whether this is an ordinary run: while fuzzing, the session has put its own hook into fast-check. */
const isOrdinary =
  testPath !== '' && (globalThis as Record<symbol, unknown>)[Symbol.for('fuzz-runner.check@1')] === undefined;

/** Taken before a test can replace them. */
const REAL: RealGlobals = { now: Date.now, setTimeout, clearTimeout, console: { ...console } };

const database = process.env['FUZZ_DATABASE'] ?? '';
let place = findPlace();
const corpusFile = findCorpus();
const isReplayRequested = (process.env['FUZZ_REPLAY'] ?? '') !== '';
const hasOwnFiles = place.exists && hasFilesFor(place.directory, place.file);
const movedFrom = hasOwnFiles || !place.exists ? [] : findMoved();
/** Whether an input may have to be replayed in this test file. */
let hasSaved = hasOwnFiles || movedFrom.length > 0 || corpusFile !== null || isReplayRequested;

let file: OrdinaryFile | null = null;

if (isOrdinary) {
  for (const copy of copiesOfFastCheck()) jest.doMock(copy, () => wrap(jest.requireActual(copy)));
  afterAll(() => file?.finish());
  // An error that a replayed input causes later must come while its test still runs: after the test, it would end Jest.
  if (hasSaved) afterEach(() => new Promise<void>((resolve) => void setImmediate(() => setImmediate(resolve))));
}

/** Jest calls and awaits what a setup file exports. */
export = async (): Promise<void> => {
  if (!isOrdinary) return;
  if (isElsewhere(database)) await fetchFromElsewhere();
  if (canImportNatively()) await mockNativeImport();
};

function wrap(actual: FastCheckModule): FastCheckModule {
  // A plain `require` loads the file when it is needed and not before; so do all those below.
  const { wrapFastCheck } = require('./ordinary/wrapFastCheck') as typeof import('./ordinary/wrapFastCheck');
  return wrapFastCheck(actual, {
    hasSaved: () => hasSaved,
    file: ordinaryFile,
    onThrow: (details, error, isNative) => file?.onThrow(details, error, isNative),
  });
}

function ordinaryFile(): OrdinaryFile {
  const { OrdinaryFile: Constructor } = require('./ordinary/ordinaryFile') as typeof import('./ordinary/ordinaryFile');
  const isReadOnly = isDirectoryReadOnly(database);
  return (file ??= new Constructor({ ...place, corpusFile, movedFrom, isReadOnly }, REAL));
}

/**
 * The directory of the database: in the folder of the test file or the nearest folder above that has it, else in the
 * working directory. `file`: name of the test file in the database, relative to `root`.
 */
function findPlace(): { directory: string; file: string; root: string; exists: boolean } {
  const named = directoryName(database);
  const relative = (root: string): string => path.relative(root, testPath).split(path.sep).join('/');
  for (let folder = path.dirname(testPath); ; folder = path.dirname(folder)) {
    const directory = path.resolve(folder, named);
    if (fs.existsSync(path.join(directory, 'fuzz-runner.json'))) {
      const root = path.isAbsolute(named) ? process.cwd() : folder;
      return { directory, file: relative(root), root, exists: true };
    }
    if (folder === path.dirname(folder)) break;
  }
  const root = process.cwd();
  return { directory: path.resolve(root, named), file: relative(root), root, exists: false };
}

/** The committed inputs of this test file: in a folder `fuzz-corpus` beside it or above; null when there are none. */
function findCorpus(): string | null {
  for (let folder = path.dirname(testPath); ; folder = path.dirname(folder)) {
    const corpus = path.join(folder, 'fuzz-corpus', `${path.relative(folder, testPath)}.json`);
    if (fs.existsSync(corpus)) return corpus;
    if (folder === path.dirname(folder)) return null;
  }
}

/** Whether the database has saved failures of a test file: from fuzz runs, or from ordinary runs. */
function hasFilesFor(directory: string, name: string): boolean {
  const hash = createHash('sha1').update(name).digest('hex').slice(0, 16);
  return (
    fs.existsSync(path.join(directory, 'replay', `${hash}.json`)) ||
    fs.existsSync(path.join(directory, 'journal', hash))
  );
}

/**
 * Names of test files that have saved failures and no longer exist, and may be this file under an old name: they had the
 * same base name or were in the same folder.
 */
function findMoved(): string[] {
  try {
    const text = fs.readFileSync(path.join(place.directory, 'replay', 'files.json'), 'utf8');
    return (JSON.parse(text) as { files: string[] }).files.filter((name) => {
      const isNear =
        path.posix.basename(name) === path.posix.basename(place.file) ||
        path.posix.dirname(name) === path.posix.dirname(place.file);
      return isNear && name !== place.file && !fs.existsSync(path.join(place.root, name));
    });
  } catch {
    // There is no such file: no test file has saved failures.
    return [];
  }
}

/** Paths of the copies of fast-check that the test file loads, itself or through `@fast-check/jest`. */
function copiesOfFastCheck(): Set<string> {
  const found = new Set<string>();
  const from = path.dirname(testPath);
  // It takes long to find out that a package is not installed, so this is done only where the test file names it.
  const hasConnector = fs.readFileSync(testPath, 'utf8').includes('@fast-check/jest');
  for (const through of hasConnector ? [null, '@fast-check/jest'] : [null]) {
    try {
      const start = through === null ? from : path.dirname(require.resolve(through, { paths: [from] }));
      found.add(require.resolve('fast-check', { paths: [start] }));
    } catch {
      // It is not installed there.
    }
  }
  return found;
}

/** Writes the replay files of a database on another machine, and looks for this test file among them. */
async function fetchFromElsewhere(): Promise<void> {
  const { fetchSaved } = require('./ordinary/fetchSaved') as typeof import('./ordinary/fetchSaved');
  await fetchSaved(place.directory, place.root);
  place = findPlace();
  hasSaved ||= place.exists && hasFilesFor(place.directory, place.file);
}

/** Whether test files can import ES modules natively. The mock above replaces only fast-check's CommonJS module. */
function canImportNatively(): boolean {
  return typeof (vm as { SourceTextModule?: unknown }).SourceTextModule === 'function';
}

async function mockNativeImport(): Promise<void> {
  const native = require('./ordinary/nativeImports') as typeof import('./ordinary/nativeImports');
  // A test file with saved failures has properties, even if fast-check is named only in files that are not searched.
  if (hasSaved || native.namesFastCheck(testPath)) await native.mockNativeImport(wrap);
}
