import { describe, expect, jest, test } from '@jest/globals';
import { finished, printed, makeProjects } from './project';

jest.setTimeout(60_000);

const project = makeProjects();

const FC = `const fc = require('fast-check');\n`;
const MAGIC = `${FC}const { parse } = require('./parse');
test('never throws', () => { fc.assert(fc.property(fc.string(), (text) => { parse(text); })); });
`;
const PARSE = `exports.parse = (text) => {
  if (text === 'open sesame') throw new TypeError('cave');
  return text.length;
};
`;

describe('a run', () => {
  test('finds a rare bug, ends by budget with 1, and plain jest replays it until it is fixed', async () => {
    const made = project({ 'magic.test.js': MAGIC, 'parse.js': PARSE });
    const { code, output, report } = await made.fuzzReport([], { FUZZ_FOR: '3s' });
    expect(output).toContain('1 distinct failure');
    expect(code).toBe(1);
    expect(report.ended).toBe('budget');
    const [failure] = report.targets[0]!.failures;
    expect(failure).toMatchObject({
      errorName: 'TypeError',
      message: 'cave',
      input: '["open sesame"]',
      state: 'minimal',
    });
    expect(failure!.origin.place).toMatchObject({ file: 'parse.js', line: 2, column: 37 });
    expect(failure!.firstFound.inputs).toBeLessThanOrEqual(failure!.minimalAt!.inputs);

    const replayed = await made.jest();
    expect(replayed.code).toBe(1);
    expect(replayed.output).toContain('Counterexample: ["open sesame"]');
    expect(replayed.output).toContain('Replayed by fuzz-runner');
    expect(replayed.output).toContain(failure!.blob);

    made.write({ 'parse.js': PARSE.replace('throw', 'return') });
    expect((await made.jest()).code).toBe(0);
    const again = await made.fuzzReport([], { FUZZ_FOR: '2s' });
    expect(again.code).toBe(0);
    expect(again.report.totals.failures).toBe(0);
  });

  test('ends at the first failure when asked to, and gives the same run for the same seed', async () => {
    const made = project({ 'magic.test.js': MAGIC, 'parse.js': PARSE });
    const env = { FUZZ_FOR: '60s', FUZZ_STOP_ON_FAILURE: '1', FUZZ_SEED: '7', FUZZ_WORKERS: '1' };
    const first = await made.fuzzReport([], { ...env, FUZZ_DATABASE: 'memory:' });
    const second = await made.fuzzReport([], { ...env, FUZZ_DATABASE: 'memory:' });
    expect(first.report.ended).toBe('failure');
    const foundAt = first.report.targets[0]!.failures[0]!.firstFound.inputs;
    expect(second.report.targets[0]!.failures[0]!.firstFound.inputs).toBe(foundAt);
  });

  test('ends by itself when every input was run', async () => {
    const made = project({
      'small.test.js': `${FC}test('small', () => { fc.assert(fc.property(fc.boolean(), fc.nat(7), () => true)); });`,
    });
    const { code, report } = await made.fuzzReport([], { FUZZ_FOR: '60s' });
    expect(code).toBe(0);
    expect(report.ended).toBe('nothing-to-learn');
    expect(report.targets[0]!.status).toBe('exhausted');
  });

  test('shows all distinct failures of a property, each minimal, also in plain jest', async () => {
    const made = project({
      'three.test.js': `${FC}test('three', () => { fc.assert(fc.property(fc.integer(), (n) => {
  if (n > 1000) throw new RangeError('large');
  if (n < -1000) throw new TypeError('negative');
  if (n === 77) throw new SyntaxError('seven');
})); });`,
    });
    const { output, report } = await made.fuzzReport([], { FUZZ_FOR: '4s' });
    const found = report.targets[0]!.failures.map(({ errorName, input, state }) => `${errorName} ${input} ${state}`);
    expect(found.sort()).toEqual([
      'RangeError [1001] minimal',
      'SyntaxError [77] minimal',
      'TypeError [-1001] minimal',
    ]);
    expect(output.match(/● three/g)).toHaveLength(3);
    const replayed = await made.jest();
    for (const text of ['[1001]', '[77]', '[-1001]', 'large', 'seven', 'negative'])
      expect(replayed.output).toContain(text);
  });
});

describe('inputs that users give', () => {
  const hashed = (parameters: string): string => `${FC}const { createHash } = require('crypto');
test('hashed', () => { fc.assert(fc.property(fc.string(), (s) => {
  if (createHash('sha1').update(s).digest('hex') === createHash('sha1').update('given').digest('hex')) throw new Error('given');
})${parameters}); });`;

  test('examples of a property are run by the fuzzer', async () => {
    const made = project({ 'hashed.test.js': hashed(`, { examples: [['given']] }`) });
    const { report } = await made.fuzzReport([], { FUZZ_FOR: '1s' });
    expect(report.targets[0]!.failures.map((failure) => failure.message)).toEqual(['given']);
  });

  test('a pasted path replays its input, in ordinary runs and while fuzzing', async () => {
    const made = project({ 'hashed.test.js': hashed(`, { examples: [['given']] }`) });
    const { report } = await made.fuzzReport([], { FUZZ_FOR: '1s' });
    const { blob } = report.targets[0]!.failures[0]!;
    made.write({ 'hashed.test.js': hashed(`, { path: '${blob}' }`) });
    const plain = await made.jest([], { FUZZ_DATABASE: 'elsewhere' });
    expect(plain.output).toContain('Counterexample: ["given"]');
    const fuzzed = await made.fuzz([], { FUZZ_FOR: '1s', FUZZ_DATABASE: 'memory:' });
    expect(fuzzed.output).toContain('Counterexample: ["given"]');
  });
});

describe('ordinary runs', () => {
  test('save what fast-check finds, if the test fails with it, and nothing else', async () => {
    const made = project({
      'ordinary.test.js': `${FC}
test('fails', () => { fc.assert(fc.property(fc.array(fc.nat()), (list) => list.length < 3)); });
test('expects', () => { expect(() => fc.assert(fc.property(fc.nat(), (n) => n < 3))).toThrow(); });
test('async', async () => { await fc.assert(fc.asyncProperty(fc.nat(), async (n) => n < 5)); });
test('passes', () => { fc.assert(fc.property(fc.nat(), () => true)); });`,
    });
    const first = await made.jest();
    expect(first.code).toBe(1);
    expect(first.output).toMatch(/seed: -?\d+, path: "\d+/);
    const second = await made.jest();
    expect(second.output).toContain('Counterexample: [[0,0,0]]');
    expect(second.output).toContain('found by an ordinary run');
    expect(second.output.match(/Replayed by fuzz-runner/g)).toHaveLength(2);
    const { report } = await made.fuzzReport([], { FUZZ_FOR: '1s' });
    expect(report.totals.failures).toBe(2);
  });

  test('a suite without failures leaves no trace', async () => {
    const made = project({ 'ok.test.js': `${FC}test('ok', () => { fc.assert(fc.property(fc.nat(), () => true)); });` });
    expect((await made.jest()).code).toBe(0);
    expect((await import('node:fs')).existsSync(`${made.folder}/.fuzz-runner`)).toBe(false);
  });
});

describe('dangerous targets', () => {
  test('an endless loop is killed, confirmed and attributed; other targets go on', async () => {
    const made = project({
      'hang.test.js': `${FC}
test('hangs', () => { fc.assert(fc.property(fc.string(), (s) => { if (s.startsWith('zz')) for (;;); })); }, 1000);
test('fails', () => { fc.assert(fc.property(fc.integer(), (n) => { if (n === 4242424) throw new Error('x'); })); });`,
    });
    const { report } = await made.fuzzReport([], { FUZZ_FOR: '8s' });
    const failures = report.targets.flatMap((target) => target.failures);
    const hang = failures.find((failure) => failure.kind === 'hang');
    expect(hang?.input).toContain('zz');
    // To find it takes many inputs.
    expect(failures.find((failure) => failure.kind === 'error')?.input).toBe('[4242424]');

    // An ordinary run cannot replay it; the fuzzer does, and retires it once it is fixed.
    const plain = await made.jest();
    expect(plain.output).toContain('is not replayed here');
    const again = await made.fuzzReport(['-t', 'hangs'], { FUZZ_FOR: '1s' });
    expect(again.report.targets[0]!.failures.map((failure) => failure.kind)).toEqual(['hang']);
    made.write({ 'hang.test.js': made.read('hang.test.js').replace('for (;;);', 'return;') });
    const fixed = await made.fuzzReport(['-t', 'hangs'], { FUZZ_FOR: '1s' });
    expect(fixed.report.targets[0]!.failures).toEqual([]);
    expect(fixed.code).toBe(0);
  });

  test('a promise that never settles and a call of process.exit are failures like others', async () => {
    const made = project({
      'exit.test.js': `${FC}
test('exits', () => { fc.assert(fc.property(fc.nat(), (n) => { if (n === 77777) process.exit(3); })); });
test('never', async () => { await fc.assert(fc.asyncProperty(fc.nat(), async (n) => { if (n === 88888) await new Promise(() => {}); })); }, 1000);`,
    });
    const { report } = await made.fuzzReport([], { FUZZ_FOR: '8s' });
    const found = report.targets.flatMap((target) => target.failures.map((failure) => failure.input));
    expect(found.sort()).toEqual(['[77777]', '[88888]']);
  });
});

describe('stopping', () => {
  test('Ctrl-C saves, prints the summary and ends without waiting for an input that is still running', async () => {
    const made = project({
      'magic.test.js': MAGIC,
      'parse.js': PARSE,
      // Writes a line when a slow input ends.
      'slow.log': '',
      'slow.test.js': `${FC}const { appendFileSync } = require('node:fs');
test('slow', () => { fc.assert(fc.property(fc.nat(), (n) => {
  if (n <= 100) return;
  for (const end = Date.now() + 30000; Date.now() < end; );
  appendFileSync('slow.log', 'ends\\n');
})); }, 90000);`,
    });
    const child = made.start([], { FUZZ_WORKERS: '2', FUZZ_REPORT: 'report.json' });
    const end = finished(child);
    await printed(child, '✕ minimal');
    const ended = (): number => made.read('slow.log').split('ends').length - 1;
    const before = ended();
    child.kill('SIGINT');
    const { code, output } = await end;
    // A slow input takes longer than a stopped run: none has ended since.
    expect(ended()).toBe(before);
    expect(output).toContain('Interrupted');
    expect(output).toContain('open sesame');
    expect(output).toMatch(/An input of ".*slow.*" was still running when the run was stopped.*path: "fz1-/s);
    expect(code).toBe(1);
  });

  test('a second Ctrl-C quits at once', async () => {
    const made = project({ 'magic.test.js': MAGIC, 'parse.js': PARSE });
    const child = made.start([]);
    const end = finished(child);
    await printed(child, '✕ minimal');
    child.kill('SIGINT');
    child.kill('SIGINT');
    expect([130, 1]).toContain((await end).code);
  });
});

describe('what Jest users expect', () => {
  const two = {
    'a.test.js': `${FC}test('first', () => { fc.assert(fc.property(fc.nat(), (n) => n !== 123456)); });
test('second', () => { fc.assert(fc.property(fc.nat(), (n) => n !== 654321)); });`,
    'b.test.js': `${FC}test('third', () => { fc.assert(fc.property(fc.nat(), () => true)); });`,
  };
  const names = (report: { targets: readonly { testName: string }[] }): string[] =>
    report.targets.map((target) => target.testName).sort();

  test('--testNamePattern, --testPathPatterns and -i choose targets', async () => {
    const made = project(two);
    expect(names((await made.fuzzReport(['-t', 'second', '-i'], { FUZZ_FOR: '1s' })).report)).toEqual(['second']);
    const byPath = await made.fuzzReport(['--testPathPatterns', 'b.test'], { FUZZ_FOR: '1s' });
    expect(names(byPath.report)).toEqual(['third']);
    expect(byPath.code).toBe(0);
  });

  test('--json keeps standard output pure, and --shard divides files', async () => {
    const made = project(two);
    const { stdout } = await made.fuzz(['--json'], { FUZZ_FOR: '1s' });
    const results = JSON.parse(stdout) as { numFailedTests: number; numTotalTests: number };
    expect(results).toMatchObject({ numFailedTests: 2, numTotalTests: 3 });
    const shards = [
      await made.fuzzReport(['--shard=1/2'], { FUZZ_FOR: '1s' }),
      await made.fuzzReport(['--shard=2/2'], { FUZZ_FOR: '1s' }),
    ];
    expect(shards.flatMap(({ report }) => names(report)).sort()).toEqual(['first', 'second', 'third']);
  });

  test('--bail, --ci, --silent and --maxWorkers do not lose what was found', async () => {
    const made = project(two);
    const { code } = await made.fuzz(['--bail', '--silent', '--maxWorkers=2', '--ci'], { FUZZ_FOR: '2s' });
    expect(code).toBe(1);
    expect((await made.jest()).output).toContain('[123456]');
  });

  test('projects are fuzzed together', async () => {
    const made = project({
      'jest.config.js': `module.exports = { projects: ['<rootDir>/one', '<rootDir>/two'] };`,
      'one/package.json': '{}',
      'two/package.json': '{}',
      'one/jest.config.js': 'module.exports = { displayName: "one" };',
      'two/jest.config.js': 'module.exports = { displayName: "two" };',
      'one/a.test.js': two['b.test.js'].replace('third', 'in one'),
      'two/a.test.js': two['b.test.js'].replace('third', 'in two'),
    });
    expect(names((await made.fuzzReport([], { FUZZ_FOR: '1s' })).report)).toEqual(['in one', 'in two']);
  });

  test('what is not fuzzed is listed with its reason and keeps its ordinary result', async () => {
    const made = project({
      'plain.test.js': `${FC}
test('plain', () => { expect(1).toBe(1); });
test('broken', () => { expect(1).toBe(2); });
test('expected', () => { expect(() => fc.assert(fc.property(fc.nat(), (n) => n < 5))).toThrow(); });
test('replays', () => { fc.assert(fc.property(fc.nat(), () => true), { seed: 1, path: '0' }); });
test.skip('skipped', () => {});`,
    });
    const { report, code } = await made.fuzzReport([], { FUZZ_FOR: '1s' });
    const codes = Object.fromEntries(report.notCollected.map((entry) => [entry.testName, [entry.code, entry.result]]));
    expect(codes).toEqual({
      plain: ['no-property', 'passed'],
      broken: ['test-failed', 'failed'],
      expected: ['expects-failure', 'passed'],
      replays: ['has-path', 'passed'],
      skipped: ['skipped', 'skipped'],
    });
    expect(report.ended).toBe('no-targets');
    expect(code).toBe(1);
  });
});

describe('things that go wrong', () => {
  test('a file that does not load costs one message; the others are fuzzed', async () => {
    const made = project({
      'syntax.test.js': 'const x = ;',
      'throws.test.js': `throw new Error('boom on load');`,
      'missing.test.js': `require('not-installed');`,
      'magic.test.js': MAGIC,
      'parse.js': PARSE,
    });
    const { report, output } = await made.fuzzReport([], { FUZZ_FOR: '2s' });
    expect(report.notCollected.filter((entry) => entry.code === 'file-failed')).toHaveLength(3);
    expect(report.targets[0]!.failures).toHaveLength(1);
    expect(output).toContain('boom on load');
    expect(output).toContain('Unexpected token');
  });

  test('a foreign database directory is left alone, and the run goes on without', async () => {
    const made = project({ 'magic.test.js': MAGIC, 'parse.js': PARSE, '.fuzz-runner/precious.txt': 'mine' });
    const { output, report } = await made.fuzzReport([], { FUZZ_FOR: '2s' });
    expect(output).toMatch(/was not made by fuzz-runner/);
    expect(made.read('.fuzz-runner/precious.txt')).toBe('mine');
    expect(report.targets[0]!.failures).toHaveLength(1);
  });

  test('a port in use costs the dashboard, not the run; a wrong option is one sentence', async () => {
    const made = project({ 'magic.test.js': MAGIC, 'parse.js': PARSE });
    const server = (await import('node:http')).createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const { output } = await made.fuzz([], { FUZZ_FOR: '1s', FUZZ_DASHBOARD: '1', FUZZ_PORT: String(port) });
    server.close();
    expect(output).toContain(`Port ${port}`);
    expect(output).toContain('open sesame');
    const wrong = await made.fuzz([], { FUZZ_FOR: 'soon' });
    expect(wrong.code).toBe(1);
    expect(wrong.output).toContain('Expected --for (FUZZ_FOR) to be a duration');
    expect(wrong.output).not.toContain('    at ');
  });
});

describe('every fast-check', () => {
  const versions = ['fast-check', 'fast-check-4-0', 'fast-check-3', 'fast-check-3-0'];
  test.each(versions)('%s is fuzzed, sync and async, and its failures are replayed by plain jest', async (version) => {
    const made = project({
      'v.test.js': `const fc = require('${version}');
test('sync', () => { fc.assert(fc.property(fc.string(), (s) => { if (s === 'needle') throw new Error('sync bug'); })); });
test('async', async () => { await fc.assert(fc.asyncProperty(fc.nat(), async (n) => { await null; if (n === 31337) throw new Error('async bug'); })); });
test('checked', () => { if (fc.check(fc.property(fc.nat(), (n) => n !== 271828)).failed) throw new Error('via check'); });`,
    });
    const { report } = await made.fuzzReport([], { FUZZ_FOR: '4s' });
    const found = report.targets.map((target) => target.failures.map((failure) => failure.input).join());
    expect(found).toEqual(['["needle"]', '[31337]', '[271828]']);
    if (version !== 'fast-check') return;
    const { output } = await made.jest();
    for (const text of ['["needle"]', '[31337]', 'via check']) expect(output).toContain(text);
  });
});
