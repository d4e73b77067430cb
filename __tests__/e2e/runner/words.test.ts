import * as path from 'node:path';
import { afterAll, expect, jest, test } from '@jest/globals';
import { openDatabase, Records } from '../../../src/database';
import { Project } from './project';

jest.setTimeout(60_000);

/** Fails for a text with one word, which only its hash is known of: nothing in the code leads to it. */
const made = new Project({
  'words.test.js': `const fc = require('fast-check');
const { parse } = require('./parse');
test('never throws', () => { fc.assert(fc.property(fc.string(), (text) => { parse(text); })); });
`,
  'parse.js': `function hash(word) {
  let sum = 7;
  for (let at = 0; at < word.length; at += 1) sum = (sum * 31 + word.charCodeAt(at)) | 0;
  return sum;
}
exports.parse = (text) => {
  let depth = 0;
  for (const word of text.split(' ')) {
    if (word.startsWith('begin')) depth += 1;
    else if (word.endsWith('end')) depth -= 1;
    else if (word === 'skip' && depth > 1) continue;
    if (depth > 2) depth *= 2;
    if (hash(word) === ${hash('zq#7-persisted')}) throw new RangeError('found');
  }
  return depth;
};
`,
});
afterAll(() => made.remove());

function hash(word: string): number {
  let sum = 7;
  for (let at = 0; at < word.length; at += 1) sum = (sum * 31 + word.charCodeAt(at)) | 0;
  return sum;
}

const ENV = { FUZZ_FOR: '3s', FUZZ_WORKERS: '1', FUZZ_STOP_ON_FAILURE: '1' };

test('words that were of use are kept, and given to the next run', async () => {
  const first = await made.fuzzReport([], ENV);
  const [target] = first.report.targets;
  expect(target!.failures).toEqual([]);
  const database = await openDatabase(path.join(made.folder, '.fuzz-runner'), { rootDir: made.folder });
  const records = new Records(database);
  const words = await records.words.get(target!.id);
  expect(words.join(' ')).toMatch(/begin|end|skip/);
  expect(words.length).toBeLessThanOrEqual(64);
  await records.write([records.words.put(target!.id, [...words, 'zq#7-persisted'])]);
  await records.close();

  const second = await made.fuzzReport([], { ...ENV, FUZZ_FOR: '20s' });
  expect(second.report.targets[0]!.failures.map(({ input }) => input)).toEqual(['["zq#7-persisted"]']);
});
