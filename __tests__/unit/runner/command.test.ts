import { describe, expect, test } from '@jest/globals';
import { parseCommand } from '../../../runner/command';
import { importedPackages } from '../../../runner/importedPackages';
import { addCheckHook, isFastCheckFile } from '../../../runner/fastCheckHook';
import { replayCommand } from '../../../runner/replayCommand';
import { targetIdOf } from '../../../runner/targetId';

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
