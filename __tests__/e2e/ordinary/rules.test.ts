import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { DIST, Project, type Finished } from '../runner/project';

jest.setTimeout(120_000);

const API = JSON.stringify(path.join(DIST, 'runner', 'api.js'));

/** Two failures, at 5001 and at 21. */
const BODY = `(n) => { if (n > 5000) throw new RangeError('big'); if (n > 20) throw new TypeError('small'); }`;
const HEAD = `const fc = require('fast-check');
const { ordinary } = require(${API});
const two = fc.property(fc.nat(), ${BODY});
const twoAsync = fc.asyncProperty(fc.nat(), async ${BODY});
`;

const projects: Project[] = [];
const project = (files: Readonly<Record<string, string>>): Project => {
  projects.push(new Project(files));
  return projects.at(-1)!;
};

afterEach(() => {
  for (const made of projects.splice(0)) made.remove();
});

/** A search has a share of its test's time, and ends with its runs: only a busy machine needs all this to find both. */
const PATIENCE = ['--testTimeout=60000'];

function search(made: Project, env: Readonly<Record<string, string>> = {}): Promise<Finished> {
  return made.jest(PATIENCE, { FUZZ_ORDINARY: 'search=10,simplify=10', ...env });
}

/** What Jest shows of each test, by the first word of its name. */
function blocksOf({ output }: Finished): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const text of output.split(/^ {2}● /m).slice(1)) {
    const name = /^\S+/.exec(text)![0];
    found.set(name, [...(found.get(name) ?? []), text]);
  }
  return found;
}

const inputOf = (text: string): string | undefined => /Counterexample: (.*)/.exec(text)?.[1];

/** Names of the tests of which something was saved, once for each failure. */
function savedBy({ folder }: Project): string[] {
  const journal = path.join(folder, '.fuzz-runner', 'journal');
  if (!fs.existsSync(journal)) return [];
  return fs
    .readdirSync(journal)
    .flatMap((hash) => fs.readdirSync(path.join(journal, hash)).map((name) => path.join(journal, hash, name)))
    .map((file) => (JSON.parse(fs.readFileSync(file, 'utf8')) as { failure: { testName: string } }).failure.testName)
    .sort();
}

describe('a failure is shown and saved only if its test fails with it', () => {
  test('not when it is expected, caught or allowed', async () => {
    const made = project({
      'allowed.test.js': `${HEAD}
test('matcher', () => { expect(() => fc.assert(two)).toThrow(/^Property failed after/); });
test('rejects', async () => { await expect(fc.assert(twoAsync)).rejects.toThrow(/^Property failed after/); });
test.failing('failing', () => { fc.assert(two); });
test.failing('failing async', async () => { await fc.assert(twoAsync); });
test('caught', () => {
  try { fc.assert(two); } catch (error) {
    expect(error.message).toMatch(/^Property failed after .*\\n.*\\nCounterexample: \\[21\\]/);
    expect(error.cause.message).toBe('small');
    return;
  }
  throw new Error('not reached');
});
test('checked', () => { expect(fc.check(two)).toMatchObject({ failed: true, counterexample: [21] }); });
test.concurrent('concurrent', async () => { await fc.assert(twoAsync).catch(() => {}); });`,
    });
    const run = await search(made);
    expect(run.output).not.toContain('●');
    expect(run.code).toBe(0);
    expect(savedBy(made)).toEqual([]);
  });

  test('an error that the test wraps stays, after the other failures', async () => {
    const made = project({
      'wrapped.test.js': `${HEAD}
test('wrapped', () => { try { fc.assert(two); } catch (cause) { throw new Error('in context', { cause }); } });
test.concurrent('concurrent', async () => { await fc.assert(twoAsync); });
describe('hooks', () => { beforeEach(() => { fc.assert(two); }); test('hook', () => {}); });`,
    });
    const run = await search(made);
    const blocks = blocksOf(run);
    expect(blocks.get('wrapped')).toEqual([expect.stringContaining('[5001]'), expect.stringContaining('in context')]);
    expect(blocks.get('wrapped')![1]).toContain('TypeError: small');
    expect(blocks.get('concurrent')!.map(inputOf)).toEqual(['[5001]', '[21]']);
    expect(blocks.get('hooks')!.map(inputOf)).toEqual(['[5001]', '[21]']);
    expect(savedBy(made)).toEqual(['concurrent', 'concurrent', 'hooks hook', 'hooks hook', 'wrapped', 'wrapped']);
  });
});

test('the parameters of a property keep their meaning', async () => {
  const made = project({
    'parameters.test.js': `${HEAD}
const mine = (details) => { if (details.failed) throw new Error('mine: ' + details.counterexample); };
test('endOnFailure', () => { fc.assert(two, { endOnFailure: true, seed: 3 }); });
test('path', () => { fc.assert(two, { seed: 3, path: '1:1' }); });
test('reporter', () => { fc.assert(two, { reporter: mine }); });
test('asyncReporter', async () => { await fc.assert(twoAsync, { asyncReporter: async (details) => mine(details) }); });
test('verbose', () => { fc.assert(two, { verbose: 1 }); });
test('examples', () => { fc.assert(two, { examples: [[7], [70]] }); });
test('off', () => { fc.assert(two, ordinary(false)); });
test('interrupted', () => {
  const slow = fc.property(fc.nat(), () => { const end = Date.now() + 5; while (Date.now() < end); });
  fc.assert(slow, { interruptAfterTimeLimit: 20, markInterruptAsFailure: true });
});
test('skipped', () => { fc.assert(fc.property(fc.nat(), () => fc.pre(false))); });
test('timeout', async () => {
  await fc.assert(fc.asyncProperty(fc.nat(), (n) => n < 50 ? Promise.resolve() : new Promise(() => {})), { timeout: 10 });
});`,
  });
  const blocks = blocksOf(await made.jest([], {}));
  const shown = (name: string): string[] => blocks.get(name) ?? [];
  expect(shown('endOnFailure').map(inputOf)).toEqual(['[1846600761]']);
  expect(shown('path')).toEqual([expect.stringContaining('Cause:')]);
  expect(shown('reporter')).toEqual([expect.stringContaining('[5001]'), expect.stringContaining('mine: 21')]);
  expect(shown('asyncReporter')).toEqual([expect.stringContaining('[5001]'), expect.stringContaining('mine: 21')]);
  expect(shown('verbose').filter((text) => text.includes('Encountered failures were:\n'))).toHaveLength(1);
  expect(shown('examples').map(inputOf)).toEqual(['[5001]', '[21]']);
  expect(shown('off')).toEqual([expect.stringContaining('Cause:')]);
  expect(shown('interrupted')[0]).toContain('Property interrupted after');
  expect(shown('skipped')[0]).toContain('too many pre-condition failures');
  expect(shown('timeout').map(inputOf)).toEqual(['[50]']);
  expect(shown('timeout')[0]).toContain('exceeded limit of 10 milliseconds');
  expect(new Set(savedBy(made))).toEqual(
    new Set(['asyncReporter', 'endOnFailure', 'examples', 'reporter', 'timeout', 'verbose']),
  );
});

test('what fails only now and then is said to be flaky, with how often', async () => {
  const made = project({
    'flaky.test.js': `${HEAD}
let count = 0;
test('sometimes', () => { fc.assert(fc.property(fc.nat(), (n) => { count += 1; if (n > 100 && count % 3 === 0) throw new Error('now and then'); })); });
let isFirst = true;
test('once', () => { fc.assert(fc.property(fc.nat(), (n) => { if (n > 100 && isFirst) { isFirst = false; throw new Error('only once'); } })); });`,
  });
  const blocks = blocksOf(await search(made));
  expect(blocks.get('sometimes')).toEqual([
    expect.stringMatching(/Flaky\. When it was run again, it failed \d+ of 20 runs \(\d+ %, between/),
  ]);
  expect(blocks.get('once')).toEqual([
    expect.stringMatching(/Flaky\. When it was run again, it failed 0 of 20 runs \(0 %, between/),
  ]);
  expect(savedBy(made)).toEqual(['once', 'sometimes']);

  // Replayed: that it passed at first, or passes after, hides nothing.
  const again = blocksOf(await search(made));
  expect(again.get('sometimes')).toEqual([
    expect.stringContaining('Flaky. It passed 2 time(s) with the same input before it failed.'),
  ]);
  expect(again.get('once')).toEqual([expect.stringContaining('Replayed by fuzz-runner: found by an ordinary run')]);
});

test('the test has its time: a slow search ends before its limit', async () => {
  const made = project({
    'slow.test.js': `${HEAD}
test('slow', async () => {
  await fc.assert(fc.asyncProperty(fc.nat(), async (n) => {
    await new Promise((resolve) => setTimeout(resolve, n === 77 ? 60_000 : 20));
    if (n > 20) throw new TypeError('small');
  }), { numRuns: 3, examples: [[21]], timeout: 300 });
}, 3000);`,
  });
  const run = await made.jest([], { FUZZ_ORDINARY: 'search=60' });
  expect(run.output).toContain('TypeError: small');
  expect(run.output).not.toContain('Exceeded timeout');
});

test('a search is quiet, and does without the timers and the console that the test has replaced', async () => {
  const made = project({
    'quiet.test.js': `${HEAD}
test('prints', () => { fc.assert(fc.property(fc.nat(), (n) => { console.log('input', n); if (n > 20) throw new Error('small'); }), { numRuns: 20, endOnFailure: false }); });
test('spies', () => {
  const error = jest.spyOn(console, 'error').mockImplementation(() => {});
  fc.assert(fc.property(fc.nat(), (n) => {
    error.mockClear();
    if (n > 20) console.error('no');
    expect(console.error).not.toHaveBeenCalled();
  }));
});
test('timers', async () => {
  jest.useFakeTimers();
  await fc.assert(fc.asyncProperty(fc.nat(), async (n) => {
    if (n === 33) await new Promise(() => {});
    if (n > 20) throw new TypeError('small');
  }), { timeout: 50, seed: 5 });
});`,
  });
  const run = await search(made);
  const blocks = blocksOf(run);
  expect(blocks.get('prints')!.map(inputOf)).toEqual(['[21]']);
  // fast-check's own runs, and the few that show the result.
  expect(run.output.match(/console\.log/g)!.length).toBeLessThan(120);
  expect(blocks.get('spies')!.map(inputOf)).toEqual(['[21]']);
  expect(blocks.get('timers')!.map(inputOf).at(-1)).toBe('[21]');
  expect(run.output).not.toContain('Exceeded timeout');
});

describe('parts are turned off', () => {
  const failing = { 'two.test.js': `${HEAD}test('two', () => { fc.assert(two); });` };
  const globals = (options: string): Record<string, string> => ({
    'jest.config.js': `module.exports = { setupFilesAfterEnv: [${JSON.stringify(path.join(DIST, 'runner', 'setup.js'))}], globals: { fuzzRunner: ${options} } };`,
  });

  test('by the variable', async () => {
    const made = project(failing);
    const run = await made.jest([], { FUZZ_ORDINARY: 'off' });
    expect(blocksOf(run).get('two')).toEqual([expect.stringContaining('Cause:')]);
    expect(savedBy(made)).toEqual([]);
  });

  test('by the project, and the variable wins', async () => {
    const made = project({ ...failing, ...globals('{ save: false, search: 10, simplify: 10 }') });
    expect(
      blocksOf(await made.jest(PATIENCE))
        .get('two')!
        .map(inputOf),
    ).toEqual(['[5001]', '[21]']);
    expect(savedBy(made)).toEqual([]);
    await made.jest(PATIENCE, { FUZZ_ORDINARY: 'save=on' });
    expect(savedBy(made)).toEqual(['two', 'two']);
    const replayed = await made.jest([], { FUZZ_ORDINARY: 'replay=off,save=off' });
    expect(replayed.output).not.toContain('Replayed by fuzz-runner');
  });

  test('a wrong option is told', async () => {
    const { output } = await project(failing).jest([], { FUZZ_ORDINARY: 'serach=1' });
    expect(output).toContain('to have only the options replay, save, search, searchRuns, simplify');
    expect(output).toContain('received "serach"');
  });
});

test('native ES modules, with the property in the test file or in one it imports', async () => {
  const made = project({
    'package.json': '{ "name": "project", "private": true, "type": "module" }',
    'jest.config.js': `export default { setupFilesAfterEnv: [${JSON.stringify(path.join(DIST, 'runner', 'setup.js'))}], transform: {} };`,
    'own.test.js': `import fc from 'fast-check';\ntest('own', async () => { await fc.assert(fc.asyncProperty(fc.nat(), async ${BODY})); });`,
    'helper.js': `import fc from 'fast-check';\nexport const holds = () => fc.assert(fc.property(fc.nat(), ${BODY}));`,
    'through.test.js': `import { holds } from './helper.js';\ntest('through', () => holds());`,
  });
  const blocks = blocksOf(await search(made, { NODE_OPTIONS: '--experimental-vm-modules' }));
  expect(blocks.get('own')!.map(inputOf)).toEqual(['[5001]', '[21]']);
  expect(blocks.get('through')!.map(inputOf)).toEqual(['[5001]', '[21]']);
  expect(blocks.get('through')![0]).toMatch(/at .*helper\.js:2:/);
  expect(savedBy(made)).toEqual(['own', 'own', 'through', 'through']);
});

test.each(['fast-check-4-0', 'fast-check-3', 'fast-check-3-0'])('%s, sync and async', async (version) => {
  const made = project({
    'v/sync.test.js': `const fc = require('fast-check');
test('sync', () => { fc.assert(fc.property(fc.nat(), ${BODY})); });
test('allowed', () => { expect(() => fc.assert(fc.property(fc.nat(), ${BODY}))).toThrow(/^Property failed after/); });
test('async', async () => { await fc.assert(fc.asyncProperty(fc.nat(), async (n) => { if (n > 5000) throw new RangeError('big'); return n < 21; })); });`,
  });
  const modules = path.join(made.folder, 'v', 'node_modules');
  fs.mkdirSync(modules);
  fs.symlinkSync(fs.realpathSync(path.join(made.folder, 'node_modules', version)), path.join(modules, 'fast-check'));
  const run = await search(made);
  const blocks = blocksOf(run);
  expect(blocks.get('sync')!.map(inputOf)).toEqual(['[5001]', '[21]']);
  expect(blocks.get('async')!.map(inputOf)).toEqual(['[5001]', '[21]']);
  expect(blocks.get('async')![1]).toContain('\n    Property failed by returning false\n');
  expect(blocks.has('allowed')).toBe(false);
  expect(savedBy(made)).toEqual(['async', 'async', 'sync', 'sync']);
  expect(run.output).not.toMatch(/node_modules/);
});
