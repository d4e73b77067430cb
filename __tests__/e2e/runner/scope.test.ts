import * as path from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { DIST, Project } from './project';

const API = path.join(DIST, 'runner', 'api.js');

const open: Project[] = [];
afterEach(() => {
  for (const made of open.splice(0)) made.remove();
});

function project(files: Readonly<Record<string, string>>): Project {
  const made = new Project(files);
  open.push(made);
  return made;
}

/** A test file that imports a package, whose dependency has a dependency: each of them has a bug behind a password. */
const PACKAGES = {
  'lib/a.test.js': `const fc = require('fast-check'); const parse = require('parser');
test('parses', () => { fc.assert(fc.property(fc.string(), (text) => { parse(text); })); });`,
  'lib/node_modules/parser/package.json': '{ "name": "parser", "dependencies": { "lexer": "1" } }',
  'lib/node_modules/parser/index.js': "module.exports = (text) => require('lexer')(text);",
  'lib/node_modules/lexer/package.json': '{ "name": "lexer", "dependencies": { "tables": "1" } }',
  'lib/node_modules/lexer/index.js': `module.exports = (text) => {
  if (text === 'open sesame') throw new RangeError('bug in lexer');
  return require('tables')(text);
};`,
  'lib/node_modules/tables/index.js': `module.exports = (text) => {
  if (text === 'inner secret') throw new RangeError('bug in tables');
};`,
};

test('dependencies of imported packages are watched, others only when they are included', async () => {
  const made = project(PACKAGES);
  const usual = await made.fuzz(['-i'], { FUZZ_FOR: '20s', FUZZ_STOP_ON_FAILURE: '1' });
  expect(usual.output).toContain('bug in lexer');
  expect(usual.output).not.toContain('bug in tables');

  const changed = await project(PACKAGES).fuzz(['-i'], {
    FUZZ_FOR: '20s',
    FUZZ_STOP_ON_FAILURE: '1',
    FUZZ_INCLUDE: 'other,tables',
    FUZZ_EXCLUDE: 'lexer',
  });
  expect(changed.output).toContain('bug in tables');
  expect(changed.output).not.toContain('bug in lexer');
}, 90_000);

test('a wrong pattern is one sentence', async () => {
  const { code, output } = await project(PACKAGES).fuzz([], { FUZZ_FOR: '1s', FUZZ_INCLUDE: '!lexer' });
  expect(code).toBe(1);
  expect(output).toContain('Expected --include (FUZZ_INCLUDE) to be names of packages');
  expect(output).not.toMatch(/^\s+at /m);
}, 30_000);

test('target and observe lead to what no branch leads to, and do nothing in ordinary runs', async () => {
  const made = project({
    'climb.test.js': `const fc = require('fast-check'); const { observe, target } = require(${JSON.stringify(API)});
const bad = new Set(['RLLRDR']);
test('sum', () => { fc.assert(fc.property(fc.array(fc.nat(100)), (list) => {
  const sum = list.reduce((a, b) => a + b, 0);
  target(sum, 'sum');
  if (Math.floor(sum / 4000) in [0]) return;
  throw new Error('too much');
}), { seed: 1 }); });
test('states', () => { fc.assert(fc.property(fc.array(fc.constantFrom('L', 'R', 'U', 'D')), (moves) => {
  const way = moves.reduce((way, move) => ('RLLRDRUL'.startsWith(way + move) ? way + move : way), '');
  observe('way', way);
  if (bad.has(way)) throw new Error('trap');
}), { seed: 1 }); });`,
  });
  expect((await made.jest()).code).toBe(0);
  const { output } = await made.fuzz(['-i'], { FUZZ_FOR: '12s' });
  expect(output).toContain('too much');
  expect(output).toContain('trap');
}, 90_000);
