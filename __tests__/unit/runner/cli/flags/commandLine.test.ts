import { expect, test } from '@jest/globals';
import { divideCommandLine, type FlagShape } from '../../../../../runner/cli/flags/commandLine';

const FLAGS: readonly FlagShape[] = [
  { flag: '--seed', hasValue: true },
  { flag: '--json', hasValue: false },
];

/** One part as `flag=value`, with `:` for a value after `=`, or the word itself. */
function parts(line: string): string[] {
  return divideCommandLine(line.split(' '), FLAGS).map(({ flag, value, isInline, words }) =>
    flag === null ? words.join(' ') : `${flag}${value === undefined ? '' : `${isInline ? ':' : '='}${value}`}`,
  );
}

test.each<[string, string[]]>([
  ['--seed 7 a', ['--seed=7', 'a']],
  ['--seed=7 a', ['--seed:7', 'a']],
  ['--seed= a', ['--seed:', 'a']],
  ['--seed', ['--seed']],
  ['--seed --json', ['--seed=--json']],
  ['--json a', ['--json', 'a']],
  ['--json=1', ['--json:1']],
  ['--other 7', ['--other', '7']],
  ['--other=7', ['--other:7']],
  ['-abc -t x', ['-abc', '-t', 'x']],
  ['a -- --seed 7', ['a', '-- --seed 7']],
  ['-', ['-']],
])('%s is divided', (line, expected) => {
  expect(parts(line)).toEqual(expected);
});

test.each(['--seed 7 a -bc --other=1 --json', '--json=2 -- --seed', '--seed=7 - x'])(
  'the words of %s are all there, in order',
  (line) => {
    const words = divideCommandLine(line.split(' '), FLAGS).flatMap((part) => part.words);
    expect(words.join(' ')).toBe(line);
  },
);
