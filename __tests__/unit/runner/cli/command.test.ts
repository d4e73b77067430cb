import { describe, expect, test } from '@jest/globals';
import { parseCommand } from '../../../../runner/cli/flags/parseCommand';
import { importedPackages } from '../../../../runner/scope/importedPackages';
import { addCheckHook, isFastCheckFile } from '../../../../runner/fastCheck/fastCheckHook';
import { replayCommand } from '../../../../runner/replay/replayCommand';
import {
  DATABASE_FLAG,
  parseArguments,
  type Arguments,
  type ArgumentSpec,
} from '../../../../runner/cli/flags/arguments';
import { targetIdOf } from '../../../../runner/fastCheck/targetId';

describe('parseCommand', () => {
  const check = (line: string, expected: object): void => {
    expect(parseCommand(line === '' ? [] : line.split(' '))).toMatchObject(expected);
  };

  test('takes our flags, in both forms, and leaves the rest to Jest', () => {
    check('--for 60s src/a --seed=7 -t x --no-dashboard --stop-on-failure --coverage', {
      action: 'fuzz',
      variables: { FUZZ_FOR: '60s', FUZZ_SEED: '7', FUZZ_DASHBOARD: 'false', FUZZ_STOP_ON_FAILURE: 'true' },
      jestArguments: ['src/a', '-t', 'x', '--coverage'],
    });
  });

  test('dashboard, help and version', () => {
    check('dashboard --port 0', { action: 'dashboard', variables: { FUZZ_PORT: '0' } });
    check('--help', { action: 'help' });
    check('--version', { action: 'version' });
  });

  test('after -- everything is for Jest', () => {
    check('-- --seed 3', { variables: {}, jestArguments: ['--', '--seed', '3'] });
  });

  test('a flag of ours takes the next word, whatever it looks like; no other flag does', () => {
    check('--for --seed 3 --x --y=--seed -hv -t=h - --=x', {
      action: 'fuzz',
      variables: { FUZZ_FOR: '--seed' },
      jestArguments: ['3', '--x', '--y=--seed', '-hv', '-t=h', '-', '--=x'],
    });
    check('--seed= --seed 2 --for 1s --for=2s', { variables: { FUZZ_SEED: '2', FUZZ_FOR: '2s' }, jestArguments: [] });
  });

  test('which failures, for patch and promote', () => {
    check('patch --failure=a --output b --minimal-covering', {
      action: 'patch',
      selection: { failure: 'a', isMinimalCovering: true, output: 'b' },
    });
    check('promote --minimal-covering --all --failure a', {
      action: 'promote',
      selection: { failure: 'a', isMinimalCovering: false, output: null },
    });
    expect(() => parseCommand(['patch', '--failure'])).toThrow('--failure needs a value');
    expect(() => parseCommand(['promote', '--output', 'b'])).toThrow('promote does not know --output b');
  });

  test('a flag without its value, and words that the dashboard does not know, are refused', () => {
    expect(() => parseCommand(['--for'])).toThrow('--for needs a value');
    expect(() => parseCommand(['dashboard', 'src'])).toThrow('does not know src');
  });
});

test('importedPackages finds packages by every import style, without test tools', () => {
  const source = `
    import a from 'alpha'; import { b } from "@scope/beta/deep.js"; const c = require('gamma/sub');
    const d = await import('delta'); import './local'; import 'node:fs'; import fc from 'fast-check'; import { test } from '@jest/globals';
  `;
  expect([...importedPackages(source)].sort()).toEqual(['@scope/beta', 'alpha', 'delta', 'gamma']);
});

describe('the hook in fast-check', () => {
  test('only files that can hold `check` are looked at', () => {
    expect(isFastCheckFile('/p/node_modules/fast-check/lib/cjs/fast-check.js')).toBe(true);
    expect(
      isFastCheckFile('/p/node_modules/.pnpm/fast-check@3/node_modules/fast-check/lib/esm/check/runner/Runner.js'),
    ).toBe(true);
    expect(isFastCheckFile('/p/node_modules/fast-check/lib/cjs/other.js')).toBe(false);
    expect(isFastCheckFile('/p/src/Runner.js')).toBe(false);
  });

  test('an unknown layout is left alone', () => {
    expect(addCheckHook('export const check = 1;', '/x/fast-check.js')).toBeNull();
  });

  test('adds no line before the end, also behind a source map comment', () => {
    const code = 'function check(p, a) {}\nexports.check = check;\n//# sourceMappingURL=x.map';
    expect(addCheckHook(code, '/x/fast-check.js')!.startsWith(`${code}\n`)).toBe(true);
  });
});

test('replay commands are quoted for a shell, and names for a pattern', () => {
  expect(replayCommand('a/b.test.ts', "it's (a) test")).toBe(`npx jest 'a/b\\.test\\.ts' -t '^it'\\''s \\(a\\) test'`);
  expect(replayCommand('a/b', 'x\u001b[31my')).not.toContain('\u001b');
});

test('the seed that @fast-check/jest adds to names is no part of a target', () => {
  expect(targetIdOf('a.test.js', 'd works (with seed=-123)', 0)).toBe(
    targetIdOf('a.test.js', 'd works (with seed=9)', 0),
  );
});

describe('parseArguments', () => {
  const spec: ArgumentSpec = {
    name: 'gc',
    usage: '[file]',
    words: { least: 0, most: 1 },
    flags: [{ flag: '--json', help: 'print JSON' }, DATABASE_FLAG],
  };
  const parse = (line: string): Arguments => parseArguments(spec, line.split(' '), {});

  test('takes flags and words in any order', () => {
    const given = parse('--json --database=a b');
    expect([given.database, given.words, given.has('--json'), given.value('--database')]).toEqual([
      'a',
      ['b'],
      true,
      'a',
    ]);
    expect(parse('-x').words).toEqual(['-x']);
    expect(parse('-- --json').words).toEqual(['--json']);
  });

  test.each<[string, string]>([
    ['--other', 'fuzz-runner gc does not know "--other". See fuzz-runner gc --help.'],
    ['--json=1', '--json takes no value, but received "--json=1". See fuzz-runner gc --help.'],
    ['--database=', '--database needs a value: the database (FUZZ_DATABASE; default .fuzz-runner). See'],
    ['--database', '--database needs a value'],
    ['a b', 'Expected: fuzz-runner gc [file], but received "a" "b". See fuzz-runner gc --help.'],
  ])('%s is refused', (line, message) => {
    expect(() => parse(line)).toThrow(message);
  });
});
