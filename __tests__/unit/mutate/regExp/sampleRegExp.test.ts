import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Random } from '../../../../src/choice/random';
import { instrument } from '../../../../src/coverage/instrument';
import { parsePattern } from '../../../../src/mutate/regExp/regExpPattern';
import { sampleRegExp } from '../../../../src/mutate/regExp/sampleRegExp';

/** Samples of `pattern`, with the failures as null. */
function samplesOf({ source, flags }: RegExp, count = 50): (string | null)[] {
  const random = new Random(7);
  return Array.from({ length: count }, () => sampleRegExp(source, flags, random));
}

describe('every sample matches', () => {
  test.each<[RegExp]>([
    [/abc/],
    [/^(?:a|bc|)d$/],
    [/^[a-f]{3}-\d{2,4}$/],
    [/^#(?:[0-9a-f]{3}){1,2}$/i],
    [/^(\w+)@(\w+\.)+(com|org)$/],
    [/^(['"])x+\1$/],
    [/^(?<quote>['"`]).*?\k<quote>$/],
    [/^(?=\d)\w{1,3}$/],
    [/^a(?!b)\w$/],
    [/a(?=b)/],
    [/(?<=\$)\d+/],
    [/\bfoo\b/],
    [/^[^a-z]+$/i],
    [/^[^\s,]+,\s*[^\s,]+$/],
    [/^[\]\\^-]+$/],
    [/^[-a]+[a-]+$/],
    [/^[\w-.]+$/],
    [new RegExp('^\\x41\\u0042\\103\\cA\\0\\t/$')],
    [/^\u{1f600}+[\u{1f600}-\u{1f610}]\p{Lu}\P{L}$/u],
    [/^\p{Script=Cyrillic}+$/u],
    [new RegExp('^[\\p{L}--[a-z]]\\d$', 'v')],
    [new RegExp('^[[a-z]&&[aeiou]]+$', 'v')],
    [/^.{5}$/s],
    [/^.{5}$/],
    [/^a{2}b{2,}c{0,1}$/],
    [/^{a}{2$/],
    [/^(a(b(c)))\3\2\1$/],
    [new RegExp('^\\8\\k$')],
    [new RegExp('^\\c1[\\c1]{3}\\400$')],
    [/^[+--]{4}[!--]$/],
    [new RegExp('^[a-\\d]{4}[^\\d--5]$')],
    [/^(?:(?:a+)+)+$/],
    [/^[\d\D]{4}$/],
    [/^a?b*?c+?d{1,2}?$/],
    [/^(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}$/],
    [/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)$/],
    [/^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*)(?:\.[\da-z]+)*))?$/gy],
  ])('%s', (pattern) => {
    const samples = samplesOf(pattern);
    const whole = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
    expect(samples.filter((sample) => sample === null || !whole.test(sample))).toEqual([]);
  });

  test.each<[RegExp, number]>([
    [/^(?:a|b|c)$/, 3],
    [/^[01]{3}$/, 8],
    [/^x?y?$/, 4],
    [/^k$/i, 2],
  ])('%s has all its %i texts among 200', (pattern, count) => {
    expect(new Set(samplesOf(pattern, 200)).size).toBe(count);
  });
});

test.each<[source: string, flags: string]>([
  ['^a(?=b)c$', ''],
  ['(', ''],
  ['a**', ''],
  ['a', 'uv'],
  ['(?:a{1000}){1000}', ''],
  [`${'('.repeat(50000)}${')'.repeat(50000)}`, ''],
  ['[^\\s\\S]', ''],
])('null for /%.20s/%s', (source, flags) => {
  expect(sampleRegExp(source, flags, new Random(1))).toBeNull();
});

test('equal seeds give equal samples', () => {
  expect(samplesOf(/^[a-z]+\d*$/)).toEqual(samplesOf(/^[a-z]+\d*$/));
});

test('more than a hundred patterns of real packages are understood, nearly all of them sampled', () => {
  const root = path.resolve(__dirname, '../../../../node_modules');
  const files = [
    'semver',
    'js-yaml/dist',
    'qs/lib',
    'picomatch/lib',
    'yargs-parser/build/lib',
    'debug/src',
    'postcss/lib',
    'ms',
    'ws/lib',
    '@babel/code-frame/lib',
    'jest-docblock/build',
    'ipaddr.js/lib',
    'color-convert',
    'json5/lib',
  ].flatMap((folder) =>
    readdirSync(path.join(root, folder), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.js'))
      .map((entry) => path.join(entry.parentPath, entry.name)),
  );
  const patterns = new Map<string, RegExp>();
  for (const file of files) {
    const result = instrument(readFileSync(file, 'utf8'), { file });
    if ('failed' in result) continue;
    for (const { source, flags } of result.dictionary.patterns) {
      patterns.set(`/${source}/${flags}`, new RegExp(source, flags));
    }
  }
  const notParsed = [...patterns.values()].filter(({ source, flags }) => parsePattern(source, flags) === null);
  const notSampled = [...patterns.values()].filter((pattern) => samplesOf(pattern, 3).includes(null));
  expect(patterns.size).toBeGreaterThan(100);
  expect(notParsed).toEqual([]);
  expect(notSampled.length).toBeLessThan(patterns.size * 0.03);
});
