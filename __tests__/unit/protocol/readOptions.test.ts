import { describe, expect, test } from '@jest/globals';
import { OPTION_SPECS } from '../../../src/protocol/options';
import { readOptions } from '../../../src/protocol/readOptions';

describe('readOptions', () => {
  test('has a default for everything', () => {
    expect(readOptions({}, {}, 42)).toEqual({
      budgetSeconds: null,
      stopOnFailure: false,
      seed: 42,
      workers: null,
      database: '.fuzz-runner',
      host: '127.0.0.1',
      port: null,
      allowedHosts: [],
      dashboard: true,
      expect: 'fast',
      include: [],
      isolate: 'thread',
      exclude: [],
      report: null,
    });
  });

  test('variables win over the options of the runner', () => {
    const given = { for: '1m', seed: 3, workers: 2 };
    expect(readOptions({ FUZZ_FOR: '5s' }, given)).toMatchObject({ budgetSeconds: 5, seed: 3, workers: 2 });
  });

  test.each([
    ['FUZZ_FOR', 'soon', /--for \(FUZZ_FOR\) to be a duration .* received "soon"/],
    ['FUZZ_SEED', '1.5', /a whole number of 32 bits/],
    ['FUZZ_WORKERS', '0', /from 1 to 1024/],
    ['FUZZ_PORT', '70000', /port number/],
    ['FUZZ_DASHBOARD', 'maybe', /true or false/],
    ['FUZZ_INCLUDE', '!sax', /--include \(FUZZ_INCLUDE\) to be names of packages, .* belongs to --exclude.* "!sax"/],
    ['FUZZ_EXCLUDE', '{a,b', /--exclude \(FUZZ_EXCLUDE\).* "\{a,b"/],
    ['FUZZ_EXCLUDE', './', /paths or globs/],
    ['FUZZ_INCLUDE', ',', /paths or globs/],
  ])('%s=%s is refused in one sentence', (name, value, message) => {
    expect(() => readOptions({ [name]: value })).toThrow(message);
  });

  test.each([
    ['sax', ['sax']],
    ['sax, @scope/*,', ['sax', '@scope/*']],
    ['src/{a,b}.js,c', ['src/{a,b}.js', 'c']],
  ])('include %s', (text, patterns) => {
    expect(readOptions({ FUZZ_INCLUDE: text }).include).toEqual(patterns);
    expect(readOptions({}, { include: text.split(', ') }).include).toEqual(patterns);
  });

  test('what was read may be given again', () => {
    const options = readOptions({ FUZZ_INCLUDE: 'sax,{a,b}', FUZZ_ALLOWED_HOSTS: 'a,b' }, {}, 7);
    expect(readOptions({}, { ...options })).toEqual(options);
  });

  test('every option has one flag and one variable', () => {
    expect(new Set(OPTION_SPECS.map((spec) => spec.flag)).size).toBe(OPTION_SPECS.length);
    expect(new Set(OPTION_SPECS.map((spec) => spec.variable)).size).toBe(OPTION_SPECS.length);
  });
});
