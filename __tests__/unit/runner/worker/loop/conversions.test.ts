import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fails } from './fuzzInstrumented';

type Check = (text: string) => void;

test.each<[code: string]>([
  ['if (new Date(text).getTime() === Date.UTC(2011, 10, 11)) throw new Error("found")'],
  ['if (new Date(text) > new Date("2199-12-31")) throw new Error("found")'],
  ['if (/^\\d{4}-\\d\\d-\\d\\d$/.test(text) && Date.parse(text) === 1320969600000) throw new Error("found")'],
  ['if (parseInt(text, 16) === 0xdeadbee) throw new Error("found")'],
  ['if (parseInt(text, 2) === 181) throw new Error("found")'],
])('texts are found that become %s', async (code) => {
  // How many inputs it takes is luck: the third took 9 to 31,000 in 24 runs with other seeds.
  const module = `module.exports = (text) => { ${code} }`;
  expect(await fails(module, fc.string(), (check: Check) => check, 60_000)).toBe(true);
});
