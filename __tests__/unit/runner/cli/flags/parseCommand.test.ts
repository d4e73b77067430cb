import { describe, expect, test } from '@jest/globals';
import { parseCommand } from '../../../../../runner/cli/flags/parseCommand';

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

  test('without flags patch and promote take all failures; after other words they are arguments of Jest', () => {
    expect(parseCommand(['patch']).selection).toEqual({ failure: null, isMinimalCovering: false, output: null });
    check('promote --all --database db', { action: 'promote', variables: { FUZZ_DATABASE: 'db' } });
    check('x patch', { action: 'fuzz', jestArguments: ['x', 'patch'] });
  });
});
