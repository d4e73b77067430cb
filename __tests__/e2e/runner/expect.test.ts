import { afterAll, expect, jest, test } from '@jest/globals';
import type { JsonReport } from '../../../src/protocol/report';
import { Project } from './project';

jest.setTimeout(240_000);

const projects: Project[] = [];
afterAll(() => {
  for (const made of projects) made.remove();
});

function project(files: Readonly<Record<string, string>>): Project {
  const made = new Project(files);
  projects.push(made);
  return made;
}

/** Bodies of properties of `n`, a natural number, that fail from 1000 on; `n` is the line's own failure. */
const FAILING: Readonly<Record<string, string>> = {
  toBe: 'expect(n < 1000).toBe(true)',
  'not.toBe': 'expect(Math.min(n, 1000)).not.toBe(1000)',
  toEqual: 'expect({ list: [Math.min(n, 1000), "same"] }).toEqual({ list: [expect.any(Number), "same"], n: over(n) })',
  'toEqual of plain values': 'expect({ list: [over(n)] }).toEqual({ list: [undefined], none: undefined })',
  toStrictEqual: 'expect([over(n)]).toStrictEqual([undefined])',
  toBeUndefined: 'expect(over(n)).toBeUndefined()',
  toBeLessThan: 'expect(n).toBeLessThan(1000)',
  toContain: 'expect([1, over(n)]).not.toContain(1000)',
  toHaveLength: 'expect(n < 1000 ? [1] : []).toHaveLength(1)',
  toMatch: 'expect(n < 1000 ? "abc" : "xyz").toMatch(/b/)',
  toThrow: 'expect(() => { if (n < 1000) fail(); }).toThrow()',
  'toThrow a text': 'expect(() => { throw new Error(n < 1000 ? "low" : "high"); }).toThrow("low")',
  'not.toThrow': 'expect(() => { if (n >= 1000) fail(); }).not.toThrow()',
  'a matcher of the user': 'expect(n).toBeSmall()',
  'a matcher of Jest that the user replaced': 'expect(n >= 1000).toBeNull()',
  'an error of the user': 'expect({ get a() { if (n >= 1000) fail(); return 1; } }).toEqual({ a: 1 })',
  imported: 'imported(n).toBeLessThan(1000)',
};

const HEAD = `const fc = require('fast-check');
const { expect: imported } = require('@jest/globals');
const fail = () => { throw new RangeError('an error of ours'); };
const over = (n) => n < 1000 ? undefined : 1000;
expect.extend({
  toBeSmall: (n) => ({ pass: n < 1000, message: () => n + ' is not small' }),
  toBeNull: (is) => ({ pass: !is, message: () => 'not our null: ' + is }),
});
`;

const FILE = `${HEAD}${Object.entries(FAILING)
  .map(([name, code]) => `test('${name}', () => { fc.assert(fc.property(fc.nat(), (n) => {\n  ${code};\n})); });`)
  .join('\n')}
test('assertions are counted', () => {
  fc.assert(fc.property(fc.nat(), (n) => {
    const before = expect.getState().assertionCalls;
    expect(n).toBe(n);
    expect([n]).toEqual([n]);
    expect(n).not.toBe(-1);
    if (expect.getState().assertionCalls !== before + 3) throw new Error('miscounted');
  }));
});
test('awaited', () => fc.assert(fc.asyncProperty(fc.nat(), async (n) => {
  await expect(Promise.resolve(n)).resolves.toBe(n);
  await expect(Promise.reject(new Error('no'))).rejects.toThrow('no');
})));
`;

/** A message of `toThrow` may hold the stack of what was thrown: it went through Jest's `expect`, or did not. */
function withoutInternals(message: string): string {
  return message.replace(/^ +at .*\/node_modules\/expect\/.*\n/gm, '');
}

/** What is told of failures, but for when they were found. */
function told({ targets }: JsonReport): unknown {
  return targets.map(({ testName, failures }) => ({
    testName,
    failures: failures.map(({ errorName, message, input, origin, state }) => ({
      errorName,
      message: withoutInternals(message),
      input,
      key: origin.key,
      place: origin.place,
      state,
    })),
  }));
}

/** Fuzzes until all is found and made simple: on a busy machine in several runs, of which each goes on from the last. */
async function allFailures(expectOption: string): Promise<JsonReport> {
  const made = project({ 'a.test.js': FILE });
  for (let round = 1; ; round += 1) {
    const env = { FUZZ_FOR: '12s', FUZZ_WORKERS: '1', FUZZ_EXPECT: expectOption };
    const { report } = await made.fuzzReport([], env);
    const found = report.targets.flatMap(({ failures }) => failures).filter(({ state }) => state === 'minimal');
    if (round === 5 || found.length >= Object.keys(FAILING).length) return report;
  }
}

test("failures are the same as with Jest's own expect: message, place, minimal input", async () => {
  const fast = await allFailures('fast');
  const plain = await allFailures('jest');
  expect(told(fast)).toEqual(told(plain));
  expect(fast.totals.failures).toBe(Object.keys(FAILING).length);
  for (const target of fast.targets) {
    for (const failure of target.failures) {
      expect([target.testName, failure.input, failure.state]).toEqual([target.testName, '[1000]', 'minimal']);
      expect([target.testName, failure.origin.place?.file]).toEqual([target.testName, 'a.test.js']);
    }
  }
});

test('an expected value is found in an assertion', async () => {
  const made = project({
    'a.test.js': `const fc = require('fast-check');
test('t', () => { fc.assert(fc.property(fc.string(), (text) => { expect({ text }).not.toEqual({ text: hidden() }); })); });
const hidden = () => Buffer.from('c2VzYW1l', 'base64').toString();`,
  });
  const { report } = await made.fuzzReport([], { FUZZ_FOR: '20s', FUZZ_STOP_ON_FAILURE: '1' });
  expect(report.targets[0]!.failures.map(({ input }) => input)).toEqual(['["sesame"]']);
});
