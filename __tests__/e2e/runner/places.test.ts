import { expect, jest, test } from '@jest/globals';
import { makeProjects } from './project';

jest.setTimeout(120_000);

const project = makeProjects();

test('errors of two places in an imported package are two failures, in the fuzzer and in plain Jest', async () => {
  const made = project({
    'lib/parse.test.js': `const fc = require('fast-check');
const parse = require('parser');
test('parses', () => { fc.assert(fc.property(fc.string(), (text) => { parse(text); })); });`,
    'lib/node_modules/parser/index.js': `const lex = require('lexer');
module.exports = (text) => {
  lex(text);
  if (text.includes('[')) text.match(/]/).index;
  if (text.includes('(')) text.match(/[)]/).index;
};`,
    // Not imported by the test: which of its lines throws is no matter.
    'lib/node_modules/lexer/index.js': `module.exports = (text) => {
  if (text.includes('{{')) throw new RangeError('deep');
  if (text.includes('{')) throw new RangeError('flat');
};`,
  });
  const { report } = await made.fuzzReport([], { FUZZ_FOR: '4s', FUZZ_WORKERS: '1' });
  const found = [...report.targets[0]!.failures].sort((a, b) => (a.origin.key < b.origin.key ? -1 : 1));
  const failures = found.map(({ origin, input }) => [origin.key, input]);
  expect(found.map(({ origin }) => origin.inside)).toEqual([
    'parser/index.js:3:3',
    'parser/index.js:4:42',
    'parser/index.js:5:44',
  ]);
  const at = 'at lib/parse.test.js:3:71 in parser/index.js';
  expect(failures).toEqual([
    [`RangeError ${at}:3:3`, '["{"]'],
    [`TypeError ${at}:4:42`, '["["]'],
    [`TypeError ${at}:5:44`, '["("]'],
  ]);

  const { output, code } = await made.jest();
  expect(code).toBe(1);
  for (const [, input] of failures) expect(output).toContain(`Counterexample: ${input}`);
});
