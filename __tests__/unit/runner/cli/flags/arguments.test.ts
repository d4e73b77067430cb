import { describe, expect, test } from '@jest/globals';
import {
  DATABASE_FLAG,
  parseArguments,
  type Arguments,
  type ArgumentSpec,
} from '../../../../../runner/cli/flags/arguments';

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

  test('without --database the variable counts, and then the default', () => {
    expect(parseArguments(spec, [], { FUZZ_DATABASE: 'lmdb:c' }).database).toBe('lmdb:c');
    expect(parseArguments(spec, ['--database', 'a'], { FUZZ_DATABASE: 'lmdb:c' }).database).toBe('a');
    expect(parseArguments(spec, [], {}).database).toBe('.fuzz-runner');
  });

  test('a flag that was not given has no value', () => {
    const given = parse('b');
    expect([given.has('--json'), given.value('--database')]).toEqual([false, null]);
  });
});
