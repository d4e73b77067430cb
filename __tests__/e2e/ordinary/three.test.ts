import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Project, type Finished } from '../runner/project';

const DOCUMENT = fs.readFileSync(path.join(__dirname, '..', '..', '..', 'docs', 'ordinary.md'), 'utf8');

jest.setTimeout(120_000);

/** A code block of the document, by the line before it. */
function block(title: string): string {
  const at = DOCUMENT.indexOf(title);
  const found = /^```\w*\n([^]*?)^```$/m.exec(DOCUMENT.slice(at))?.[1];
  if (at < 0 || found === undefined) throw new Error(`Expected a code block after "${title}" in docs/ordinary.md.`);
  return found;
}

/** What differs from machine to machine and from run to run is taken out. */
function normalized(output: string): string {
  return output
    .replace(/^npm .*\n/gm, '')
    .replace(/\d+ ms|\d+(?:\.\d+)? s(?:, estimated \d+ s)?/g, 'TIME')
    .replace(/ \(TIME\)/g, '')
    .replace(/after \d+ tests/g, 'after N tests')
    .replace(/Shrunk \d+ time/g, 'Shrunk N time')
    .replace(/path: "\d+(?::\d+)*"/g, 'path: "…"')
    .replace(/found by an ordinary run on .*?, \d{4}-\d\d-\d\d/g, 'found by an ordinary run on HOST, DATE')
    .trim();
}

let project: Project;

beforeEach(() => {
  project = new Project({ 'cart.js': block('`cart.js`'), 'cart.test.js': block('`cart.test.js`') });
});

afterEach(() => project.remove());

function blocks({ output }: Finished): string[] {
  return output.split(/^ {2}● /m).slice(1);
}

const INPUTS = ['[[{"cents":0,"count":1}],true]', '[[{"cents":0,"count":0}],false]', '[[],false]'];

/** A busy machine finds as much as an idle one, only later. */
const NO_HURRY = ['--testTimeout=60000'];
const LONGER = { FUZZ_ORDINARY: 'search=4,simplify=12' };

test('three failures of a property are one page, the one in the document', async () => {
  const first = await project.jest(NO_HURRY, LONGER);
  expect(first.code).toBe(1);
  expect(normalized(first.output)).toBe(normalized(block('What `npx jest` prints:')));
});

test('each is replayed alone by its command, all of them by the next run, none once it is fixed', async () => {
  const first = await project.jest(NO_HURRY, LONGER);
  expect(blocks(first).map((text) => /Counterexample: (.*)/.exec(text)?.[1])).toEqual(INPUTS);

  for (const [index, text] of blocks(first).entries()) {
    const [, token = ''] = /FUZZ_REPLAY=(\S+)/.exec(text) ?? [];
    const alone = await project.jest(['cart', '-t', '^a total is never negative'], { FUZZ_REPLAY: token });
    expect(blocks(alone)).toHaveLength(1);
    expect(alone.output).toContain(`Counterexample: ${INPUTS[index]}`);
  }

  const second = await project.jest();
  expect(blocks(second).map((text) => /Counterexample: (.*)/.exec(text)?.[1])).toEqual(INPUTS);
  expect(second.output.match(/Replayed by fuzz-runner: found by an ordinary run/g)).toHaveLength(3);
  // Each complete: its place, and nothing of ours.
  expect(blocks(second).map((text) => /^ +at .*\((\S+:\d+):\d+\)$/m.exec(text)?.[1])).toEqual([
    'cart.test.js:10:49'.replace(/:\d+$/, ''),
    'cart.js:8',
    'cart.js:3',
  ]);
  expect(second.output).not.toMatch(/node_modules|runner\/setup/);

  const fixed = project.read('cart.js').replace('a + b)', 'a + b, 0)').replace('count < 1', 'false');
  project.write({ 'cart.js': fixed.replace('sum - 500', 'Math.max(0, sum - 500)') });
  expect((await project.jest()).code).toBe(0);
  expect(fs.readdirSync(path.join(project.folder, '.fuzz-runner', 'journal'))).toHaveLength(1);
  expect((await project.jest()).code).toBe(0);
});

test('machines get three messages, each with the place of the failure on top', async () => {
  const { stdout } = await project.jest(['--json', ...NO_HURRY], LONGER);
  const result = JSON.parse(stdout) as {
    testResults: { assertionResults: { failureMessages: string[] }[] }[];
  };
  const messages = result.testResults[0]!.assertionResults[0]!.failureMessages;
  expect(messages).toHaveLength(3);
  expect(messages.map((text) => /^ +at .*?(\w+(?:\.\w+)+:\d+):\d+\)?$/m.exec(text)?.[1])).toEqual([
    'cart.test.js:10',
    'cart.js:8',
    'cart.js:3',
  ]);
});
