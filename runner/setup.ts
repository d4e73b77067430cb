/**
 * `setupFilesAfterEnv: ['fuzz-runner/setup']`: an ordinary run of Jest replays the saved failures of each property
 * before fast-check's own runs, and saves new ones.
 *
 * It is loaded in every test file, so all it loads is the small module that reads the URL of the database: what it needs
 * to replay or save is required when there is something to do. fast-check is wrapped with Jest's own mock functions,
 * which work for every version and import style; its module is only loaded when a test loads it.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setImmediate } from 'node:timers';
import { createHash } from 'node:crypto';
import * as vm from 'node:vm';
import { directoryName, isElsewhere } from '../src/database/base/url';
import type { CheckParameters } from './fastCheck/fastCheckHook';
import type { OrdinaryFile } from './ordinary/ordinaryFile';
import type { RealGlobals } from './ordinary/realGlobals';

/** What a test file gets from `fast-check`, as much of it as is replaced. */
interface FastCheckModule {
  check(property: unknown, parameters?: CheckParameters): unknown;
  assert(property: unknown, parameters?: CheckParameters): unknown;
  stringify(value: unknown): string;
  defaultReportMessage(details: unknown): string | undefined;
  readConfigureGlobal(): CheckParameters | undefined;
  __version?: string;
  default?: FastCheckModule;
}

/** Jest gives each module its own `jest`; only what is used here. */
declare const jest: {
  doMock(name: string, factory: () => unknown): void;
  requireActual(name: string): FastCheckModule;
  unstable_mockModule(name: string, factory: () => unknown): void;
};
declare const expect: { getState(): { testPath?: string; currentTestName?: string } };
declare const afterAll: (hook: () => void) => void;
declare const afterEach: (hook: () => Promise<void>) => void;

const isFuzzed = (globalThis as Record<symbol, unknown>)[Symbol.for('fuzz-runner.check@1')] !== undefined;
const testPath = expect.getState().testPath ?? '';

let file: OrdinaryFile | null = null;

/** What handles the checks of this file; made at the first one that needs it. */
function ordinaryFile(): OrdinaryFile {
  // A plain `require`, so that it is loaded when it is needed and not before.
  const { OrdinaryFile: Constructor } = require('./ordinary/ordinaryFile') as typeof import('./ordinary/ordinaryFile');
  return (file ??= new Constructor(place.directory, place.file, place.root, corpusFile, REAL, movedFrom));
}

/** Taken before a test can put something else in their place. */
const REAL: RealGlobals = { now: Date.now, setTimeout, clearTimeout, console: { ...console } };

const database = process.env['FUZZ_DATABASE'] ?? '';
/** Where the files of the database are, and the test file's name in it. */
let place = findDatabase();
const corpusFile = findCorpus();
const isReplayRequested = (process.env['FUZZ_REPLAY'] ?? '') !== '';
const hasOwn = place.exists && hasFilesFor(place.directory, place.file);
const movedFrom = hasOwn || !place.exists ? [] : findMoved();
let hasSaved = hasOwn || movedFrom.length > 0 || corpusFile !== null || isReplayRequested;

function findDatabase(): { directory: string; file: string; root: string; exists: boolean } {
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

/** The committed inputs of this test file, in a folder `fuzz-corpus` beside or above it; null when there are none. */
function findCorpus(): string | null {
  for (let folder = path.dirname(testPath); ; folder = path.dirname(folder)) {
    const file = path.join(folder, 'fuzz-corpus', `${path.relative(folder, testPath)}.json`);
    if (fs.existsSync(file)) return file;
    if (folder === path.dirname(folder)) return null;
  }
}

/** Test files with saved failures that are gone and may have become this one: of the same name, or in the same folder. */
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
    // There is none, as a rule.
    return [];
  }
}

function hasFilesFor(directory: string, name: string): boolean {
  const hash = createHash('sha1').update(name).digest('hex').slice(0, 16);
  return (
    fs.existsSync(path.join(directory, 'replay', `${hash}.json`)) ||
    fs.existsSync(path.join(directory, 'journal', hash))
  );
}

/** The module with `check` and `assert` that replay and save. */
function wrap(actual: FastCheckModule): FastCheckModule {
  const run = (property: unknown, parameters: CheckParameters | undefined, isAssert: boolean): unknown => {
    const isOurPath = typeof parameters?.path === 'string' && parameters.path.startsWith('fz1-');
    if (hasSaved || isOurPath) return ordinaryFile().check({ fastCheck: actual, property, parameters, isAssert });
    return whenDone(actual.check(property, parameters), (details) => {
      if (!(details as { failed: boolean }).failed) return details;
      return ordinaryFile().onFailure({ fastCheck: actual, property, parameters, isAssert }, details);
    });
  };
  const check = (property: unknown, parameters?: CheckParameters): unknown => run(property, parameters, false);
  const assert = (property: unknown, parameters?: CheckParameters): unknown =>
    whenDone(run(property, parameters, true), (details) => report(actual, details, assert));
  return { ...actual, check, assert };
}

/** Fails as fast-check's `assert` does, and tells what was thrown. The stack begins where `assert` was called. */
function report(actual: FastCheckModule, found: unknown, assert: (property: unknown) => unknown): unknown {
  const details = found as {
    failed: boolean;
    errorInstance: unknown;
    runConfiguration: { reporter?: (d: unknown) => void; asyncReporter?: (d: unknown) => unknown };
  };
  const { reporter, asyncReporter } = details.runConfiguration;
  const rethrow = (error: unknown): never => {
    file?.onThrow(details, error, false);
    throw error;
  };
  try {
    if (asyncReporter !== undefined) return Promise.resolve(asyncReporter(details)).catch(rethrow);
    if (reporter !== undefined) return reporter(details);
  } catch (error) {
    rethrow(error);
  }
  if (!details.failed) return undefined;
  const message = actual.defaultReportMessage(details);
  const isOld = /^[0-3]\./.test(actual.__version ?? '4.');
  const error = isOld ? new Error(message) : new Error(message, { cause: details.errorInstance });
  Error.captureStackTrace(error, assert);
  file?.onThrow(details, error, true);
  throw error;
}

function whenDone(value: unknown, next: (value: unknown) => unknown): unknown {
  return typeof (value as { then?: unknown } | null)?.then === 'function'
    ? (value as Promise<unknown>).then(next)
    : next(value);
}

function wrapWithDefault(actual: FastCheckModule): FastCheckModule {
  const wrapped = wrap(actual);
  return actual.default === undefined ? wrapped : { ...wrapped, default: wrap(actual.default) };
}

/** Paths of the copies of fast-check that the test file loads, itself or through `@fast-check/jest`. */
function copiesOfFastCheck(): Set<string> {
  const found = new Set<string>();
  const from = path.dirname(testPath);
  // Looking for what is not installed is slow, so only test files that name the second package pay for it.
  const hasConnector = fs.readFileSync(testPath, 'utf8').includes('@fast-check/jest');
  for (const through of hasConnector ? [null, '@fast-check/jest'] : [null]) {
    try {
      const start = through === null ? from : path.dirname(require.resolve(through, { paths: [from] }));
      found.add(require.resolve('fast-check', { paths: [start] }));
    } catch {
      // Not installed there.
    }
  }
  return found;
}

/** Whether `import` in test files is native; then fast-check's ES module is another one, and is loaded here. */
function mayImportNatively(): boolean {
  if (typeof (vm as { SourceTextModule?: unknown }).SourceTextModule !== 'function') return false;
  // What is saved shows that there is a property, however far away it lies.
  return hasSaved || namesFastCheck();
}

/** Most files of a project that are looked at for the name of fast-check, from the test file on. */
const MAX_LOOKED_AT = 30;

/** Whether the test file, or what it imports by a relative path, names fast-check. */
function namesFastCheck(): boolean {
  const files = new Set([testPath]);
  for (const from of files) {
    let text = '';
    try {
      text = fs.readFileSync(from, 'utf8');
    } catch {
      // Resolved in some way of its own: not followed.
    }
    if (/\bfast-check\b/.test(text)) return true;
    for (const [, name = ''] of text.matchAll(/\b(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"\n]+)['"]/g)) {
      if (files.size < MAX_LOOKED_AT) files.add(path.resolve(path.dirname(from), name));
    }
  }
  return false;
}

async function setUpNatively(): Promise<void> {
  try {
    const actual = (await import('fast-check')) as unknown as FastCheckModule;
    // The factory must not import: that would ask for the mock, and so for ever.
    jest.unstable_mockModule('fast-check', () => wrapWithDefault(actual));
  } catch {
    // Not installed, or this Node cannot: then no test file imports it either.
  }
}

if (!isFuzzed && testPath !== '') {
  for (const copy of copiesOfFastCheck()) jest.doMock(copy, () => wrapWithDefault(jest.requireActual(copy)));
  afterAll(() => file?.finish());
  // What replayed inputs leave behind fails while their test lasts: later it would end all of Jest.
  if (hasSaved) afterEach(() => new Promise<void>((resolve) => void setImmediate(() => setImmediate(resolve))));
}

/** Failures of a database elsewhere come into the files that are replayed here. */
async function fetchFromElsewhere(): Promise<void> {
  const { fetchSaved } = require('./ordinary/fetchSaved') as typeof import('./ordinary/fetchSaved');
  await fetchSaved(place.directory, place.root);
  place = findDatabase();
  hasSaved ||= place.exists && hasFilesFor(place.directory, place.file);
}

/** Jest awaits what a setup file exports. */
export = async (): Promise<void> => {
  if (!isFuzzed && testPath !== '' && isElsewhere(database)) await fetchFromElsewhere();
  if (!isFuzzed && testPath !== '' && mayImportNatively()) await setUpNatively();
};
