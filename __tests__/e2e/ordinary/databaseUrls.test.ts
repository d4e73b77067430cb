import * as fs from 'node:fs';
import * as path from 'node:path';
import { beforeAll, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { toBlob } from '../../../src/choice/encoding';
import { databaseDirectory } from '../../../src/database';
import { isDirectoryReadOnly } from '../../../src/database/base/url';
import { prepareDirectory } from '../../../src/database/base/directory';
import { updateReplayIndex, writeReplayFile, type SavedFailure } from '../../../src/database/journal/replayFile';
import { encodeValue } from '../../../src/property/encodeValue';
import { ABSOLUTE, DATABASE_URLS } from '../../unit/database/databaseUrls';
import { makeProjects } from '../runner/project';

/*
 * An ordinary run looks for saved failures where a fuzz run writes them. Each row of the table is a folder with a
 * database of its own, which has one failure, in the directory that a fuzz run uses. One run of Jest has all of them.
 */

jest.setTimeout(180_000);

const SAVED = 123456789;

const TEST = `const fc = require('fast-check');
test('finds', () => {
  fc.assert(fc.property(fc.integer(), (n) => n !== ${SAVED}), { seed: 1, numRuns: 1 });
});
`;

/**
 * Before the setup file of fuzz-runner: gives each test file the URL of its row. The process that fetches ends at once,
 * as there is nothing to fetch: that it is started is what counts, and it leaves its mark.
 */
const SET_URL = `const path = require('node:path');
const folder = path.dirname(expect.getState().testPath);
process.env.FUZZ_DATABASE = require('./urls.json')[path.basename(folder)];
process.env.NODE_OPTIONS = '--require=' + JSON.stringify(path.join(__dirname, 'end.js'));
`;

const makeProject = makeProjects();

interface Seen {
  /** Whether the saved failure was replayed. */
  readonly isReplayed: boolean;
  /** Whether the run tried to fetch, and left its mark in the directory of a fuzz run. */
  readonly isFetched: boolean;
  /** Whether the run wrote into the directory that the saved failure failed again. */
  readonly isNoted: boolean;
}

/** By URL. */
const seen = new Map<string, Seen>();

beforeAll(async () => {
  const made = makeProject({ 'setUrl.js': SET_URL, 'end.js': 'process.exit();' });
  const setup = ['<rootDir>/setUrl.js', ...setupFilesOf(made.read('jest.config.js'))];
  made.write({ 'jest.config.js': `module.exports = { setupFilesAfterEnv: ${JSON.stringify(setup)} };\n` });
  const rows = DATABASE_URLS.map(({ url: text }, index) => {
    const name = `row-${index}`;
    const folder = path.join(made.folder, name);
    const absolute = path.join(made.folder, `absolute-${index}`);
    const url = text.replace(ABSOLUTE, absolute);
    const directory = databaseDirectory(url, folder);
    // Names of test files are relative to where the database is; with an absolute path, to Jest's working directory.
    const root = directory === absolute ? made.folder : folder;
    const test = path.join(folder, 'finds.test.js');
    return { text, url, name, directory, test, file: path.relative(root, test).split(path.sep).join('/') };
  });
  made.write({ 'urls.json': JSON.stringify(Object.fromEntries(rows.map(({ name, url }) => [name, url]))) });
  for (const { name, directory, file } of rows) {
    made.write({ [`${name}/finds.test.js`]: TEST });
    prepareDirectory(directory);
    writeReplayFile(directory, file, [failureOf(file)]);
    updateReplayIndex(directory, [file]);
  }

  await made.jest(['--runInBand', '--json', '--outputFile=results.json', '--silent']);

  const { testResults } = JSON.parse(made.read('results.json')) as {
    readonly testResults: readonly { readonly name: string; readonly message: string }[];
  };
  for (const { text, directory, test } of rows) {
    const result = testResults.find(({ name }) => name === test);
    seen.set(text, {
      isReplayed: result?.message.includes(`Counterexample: [${SAVED}]`) ?? false,
      isFetched: fs.existsSync(path.join(directory, 'fetched.json')),
      isNoted: fs.existsSync(path.join(directory, 'journal')),
    });
  }
});

test.each(DATABASE_URLS)('$url', ({ url, isElsewhere }) => {
  expect(seen.get(url)).toEqual({ isReplayed: true, isFetched: isElsewhere, isNoted: !isDirectoryReadOnly(url) });
});

function setupFilesOf(config: string): string[] {
  const [list = '[]'] = /\[.*\]/.exec(config) ?? [];
  return JSON.parse(list) as string[];
}

function failureOf(file: string): SavedFailure {
  return {
    id: 'saved',
    targetId: `${file} :: finds :: 0`,
    testName: 'finds',
    ordinal: 0,
    blob: toBlob(encodeValue(fc.tuple(fc.integer()), [SAVED])!),
    originKey: 'PropertyError',
    errorName: 'Error',
    message: 'Property failed by returning false',
    input: `[${SAVED}]`,
    firstSeenAt: 1,
    lastSeenAt: 1,
    foundBy: 'fuzz',
    host: 'one',
  };
}
