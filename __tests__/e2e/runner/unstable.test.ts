import { describe, expect, jest, test } from '@jest/globals';
import { makeProjects } from './project';

jest.setTimeout(60_000);

const project = makeProjects();

const TEST = `const fc = require('fast-check');
const { parse } = require('./parse');
test('never throws', () => { fc.assert(fc.property(fc.string(), (text) => { parse(text); })); });
`;

/** Fails for texts that begin with `if(x)`, which is looked for character by character. */
const NESTED = `function check(text) {
  if (text[0] === 'i')
    if (text[1] === 'f')
      if (text[2] === '(')
        if (text[3] === 'x')
          if (text[4] === ')') throw new RangeError('found');
}
`;

const ENV = { FUZZ_FOR: '30s', FUZZ_STOP_ON_FAILURE: '1', FUZZ_WORKERS: '1' };

describe('unstable behavior', () => {
  test('of chance is listed with its place, and failures are found and simple', async () => {
    const made = project({
      'chance.test.js': TEST,
      'parse.js': `${NESTED}exports.parse = (text) => {
  let count = 0;
  if (Math.random() < 0.5) {
    count += 1;
  }
  for (let left = Math.random() * 9; left > 0; left -= 1) count += 1;
  check(text);
  return count;
};
`,
    });
    const { report, output } = await made.fuzzReport([], ENV);
    const [target] = report.targets;
    expect(target!.failures.map(({ input, state }) => `${state} ${input}`)).toEqual(['minimal ["if(x)"]']);
    expect(target!.failures[0]!.origin.errorClass).toBe('RangeError');
    expect(target!.stability).toBeLessThan(0.8);
    // The loop, and the if where it happened to be seen: chance is chance.
    expect(target!.unstable.count).toBeGreaterThan(0);
    expect(target!.unstable.places).toContain('parse.js:13');
    expect(['parse.js:10', 'parse.js:13']).toEqual(expect.arrayContaining([...target!.unstable.places]));
    expect(output).toContain('1 distinct failure');
  });

  test('of a cache is listed, and what lies behind the cache is found', async () => {
    const made = project({
      'cache.test.js': TEST,
      'parse.js': `${NESTED}const cache = new Map();
exports.parse = (text) => {
  const known = cache.get(text);
  if (known !== undefined) return known;
  check(text);
  cache.set(text, text.length);
  return text.length;
};
`,
    });
    const { report } = await made.fuzzReport([], ENV);
    const [target] = report.targets;
    expect(target!.failures.map(({ input, state }) => `${state} ${input}`)).toEqual(['minimal ["if(x)"]']);
    expect(target!.stability).toBeLessThan(0.5);
    expect(target!.unstable.places).toContain('parse.js:11');
  });

  test('is not seen where there is none', async () => {
    const made = project({ 'plain.test.js': TEST, 'parse.js': `${NESTED}exports.parse = check;\n` });
    const { report } = await made.fuzzReport([], ENV);
    const [target] = report.targets;
    expect(target!.failures).toHaveLength(1);
    expect([target!.stability, target!.unstable]).toEqual([1, { count: 0, places: [] }]);
  });
});
