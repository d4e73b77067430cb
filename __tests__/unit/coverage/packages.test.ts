import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { parse } from 'acorn';
import type * as FastCheck from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import { instrument } from '../../../src/coverage/instrument';
import { parseCode } from '../../../src/coverage/source/parse';
import { Coverage, instrumentOrThrow, loadPackage, outcomeOf, ROOT } from './evaluate';

const LINES = /\r\n?|[\n\u2028\u2029]/;

describe('real packages give the same results instrumented', () => {
  const texts = [
    '',
    'a',
    '1.2.3',
    '>=1.2.3 <2 || ~3.4',
    '1.x - 2.0.0-rc.1',
    'v1',
    '{"a": [1, 2.5e3, null], "b": {"c": true}}',
    "{a: 'b', c: +.5, /* d */ e: [,]}",
    '[1,',
    'a: 1\nb:\n  - x\n  - {y: z}\n',
    '- &x a\n- *x\n- !!int "3"',
    'k: |\n  text\n\n  more\n',
    'a: b: c',
    '? x\n: y',
    '*.js',
    '**/{a,b}/[!c]?.ts',
    '!(x|y)*.+(z)',
    'a=1&b[c]=2&d[]=3&d[]=4',
    'a.b=c&%zz',
    'x[1]=a&x[0]=b',
    'let a = (b, c = 1) => b ?? c',
    'class A { #x = 1; static { a?.b`c` } }',
    'for await (const x of y) z',
    'a => {',
    '/(?<n>[a-z]+)\\k<n>/u',
    '-x --yes=2 --no-z a b -- c',
    '--a.b 1 --a.c 2 -vvv',
    '2 days',
    '1.5h',
    '-3 min',
    'é ü 漢字 😀',
    ' \t\n',
    '<a href="x">&amp;</a>',
    '0x1F',
    '1e400',
  ];
  type Call = (module: never, text: string) => unknown;
  const cases: readonly (readonly [name: string, call: Call])[] = [
    ['acorn', (acorn: { parse: typeof parse }, text) => acorn.parse(text, { ecmaVersion: 'latest', locations: true })],
    [
      'semver',
      (semver: Record<string, (...a: unknown[]) => unknown>, text) => [
        semver.valid!(text),
        semver.validRange!(text),
        semver.satisfies!('1.9.0', text),
        semver.coerce!(text),
        semver.inc!(text, 'minor'),
        semver.minVersion!(text),
      ],
    ],
    [
      'js-yaml',
      (yaml: { load(text: string): unknown; dump(value: unknown): string }, text) => [
        yaml.dump({ text }),
        yaml.load(text),
      ],
    ],
    ['json5', (json5: typeof JSON, text) => json5.stringify(json5.parse(text) as unknown, null, 2)],
    [
      'qs',
      (qs: { parse(text: string, options?: object): object; stringify(value: unknown): string }, text) => [
        qs.parse(text),
        qs.parse(text, { allowDots: true, comma: true }),
        qs.stringify(qs.parse(text)),
      ],
    ],
    [
      'picomatch',
      (match: (...a: unknown[]) => (text: string) => boolean, text) => texts.map((one) => match(text)(one)),
    ],
    [
      'minimatch',
      (m: { minimatch(text: string, pattern: string): boolean }, text) => texts.map((one) => m.minimatch(one, text)),
    ],
    ['yargs-parser', (parser: (text: string) => unknown, text) => parser(text)],
    ['ms', (ms: (text: string) => unknown, text) => ms(text)],
    [
      'esprima',
      (esprima: { parseScript(text: string, options: object): unknown }, text) =>
        esprima.parseScript(text, { tolerant: true }),
    ],
    [
      'pretty-format',
      (pretty: { format(value: unknown): string }, text) => pretty.format({ text, list: [text, new Map([[text, 1]])] }),
    ],
    [
      '@babel/parser',
      (babel: { parse(text: string, options: object): unknown }, text) => babel.parse(text, { errorRecovery: true }),
    ],
    [
      'postcss',
      (postcss: { parse(text: string): { toJSON(): object } }, text) => ({
        ...postcss.parse(`${text} { a: b }`).toJSON(),
        inputs: null,
      }),
    ],
    ['ipaddr.js', (ip: { parse(text: string): unknown }, text) => ip.parse(text)],
    ['string-width', (width: (text: string) => number, text) => width(text)],
    [
      'fast-check',
      (fc: typeof FastCheck, text) =>
        fc.sample(fc.record({ s: fc.string(), n: fc.double(), j: fc.jsonValue() }), { seed: text.length, numRuns: 5 }),
    ],
  ] as readonly (readonly [string, Call])[];

  test.each(cases)('%s', (name, call) => {
    const coverage = new Coverage().install();
    const plain = loadPackage(name, (code) => code);
    const instrumented = loadPackage(name, (code, file) => {
      const result = instrumentOrThrow(code, { file: path.relative(ROOT, file) });
      coverage.map.register(result);
      return result.code;
    });
    coverage.map.reset();
    let behaviors = 0;
    let comparisons = 0;
    for (const isRecording of [false, true]) {
      coverage.log.enabled = isRecording;
      for (const text of texts) {
        const expected = outcomeOf(() => call(plain as never, text));
        expect(withOurNames(outcomeOf(() => call(instrumented as never, text)))).toBe(withOurNames(expected));
        behaviors += coverage.map.scan();
        const taken = coverage.log.take().length;
        if (!isRecording) expect(taken).toBe(0);
        comparisons += taken;
      }
    }
    expect(behaviors).toBeGreaterThan(100);
    expect(comparisons).toBeGreaterThan(5);
  });
});

/** V8 names the operand in `$fz0.startsWith is not a function`. */
function withOurNames(outcome: string): string {
  return outcome.replace(/\S+ is not a function/, 'it is not a function');
}

test('hundreds of real files stay valid and keep their lines', () => {
  const packages = [
    'acorn',
    'semver',
    'js-yaml',
    'qs',
    'express',
    'picomatch',
    'yargs',
    'debug',
    'jest-runtime',
    'preact',
    'expect',
    'ws',
    'lru-cache',
    '@babel/traverse',
    '@babel/types/lib/validators',
    'socket.io',
  ];
  const files = packages.flatMap((name) => scriptsIn(path.join(ROOT, 'node_modules', name)));
  let modules = 0;
  for (const file of files) {
    const code = readFileSync(file, 'utf8');
    const result = instrument(code, { file: path.relative(ROOT, file) });
    if ('failed' in result) throw new Error(result.failed);
    const before = parseCode(code);
    const isModule = 'isModule' in before && before.isModule;
    if (isModule) modules += 1;
    const parsed = outcomeOf(() => {
      parse(result.code, { ecmaVersion: 'latest', sourceType: isModule ? 'module' : 'commonjs', allowHashBang: true });
    });
    expect([file, parsed]).toEqual([file, 'value "(undefined)"']);
    expect([file, result.code.split(LINES).length]).toEqual([file, code.split(LINES).length]);
    expect(new Set(result.edges.map(({ id }) => id)).size).toBe(result.edges.length);
  }
  expect(files.length).toBeGreaterThan(200);
  expect(modules).toBeGreaterThan(10);
});

function scriptsIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.[cm]?js$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name));
}
