import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CatchesOfTest } from '../../../../../runner/worker/loop/catchesOfTest';
import { Coverage } from '../../../coverage/evaluate';
import { fails } from './fuzzInstrumented';

const PARSES = `module.exports = (parse, text) => {
  try { return parse(text) } catch { return null }
}`;

test('only what the test file itself catches rejects an input', () => {
  const coverage = new Coverage().install();
  const inTest = coverage.load(PARSES, { file: 'a.test.js' }) as (
    parse: (text: string) => unknown,
    text: string,
  ) => unknown;
  const inCode = coverage.load(PARSES, { file: 'a.js' }) as typeof inTest;
  const catches = new CatchesOfTest(coverage.map, 'a.test.js');
  const isRejected = (run: () => void): boolean => {
    coverage.map.reset();
    run();
    return catches.wereReached(coverage.map.scan());
  };
  expect(isRejected(() => inTest(JSON.parse, '['))).toBe(true);
  expect(isRejected(() => inTest(JSON.parse, '[]'))).toBe(false);
  expect(isRejected(() => inCode(JSON.parse, '['))).toBe(false);
  expect(isRejected(() => inTest((text) => inCode(JSON.parse, text), '['))).toBe(false);
  // A file that is loaded later.
  const later = new CatchesOfTest(coverage.map, 'b.test.js');
  expect(later.wereReached(0)).toBe(false);
  const inOther = coverage.load(PARSES, { file: 'b.test.js' }) as typeof inTest;
  coverage.map.reset();
  inOther(JSON.parse, '[');
  expect(later.wereReached(coverage.map.scan())).toBe(true);
});

/** Reads brackets; how deep they are is seen by its branches, and what is not closed is thrown. */
const BRACKETS = `
const read = (text) => {
  let depth = 0, deepest = 0;
  for (const char of text) {
    depth += char === '(' ? 1 : char === ')' ? -1 : 0;
    if (depth < 0) throw new SyntaxError('Nothing is open.');
    switch (depth) { case 1: break; case 2: break; case 3: break; case 4: break; case 5: break; case 6: break; case 7: break; case 8: break; default: break; }
    deepest = Math.max(deepest, depth);
  }
  if (depth > 0) throw new SyntaxError('Something is open.');
  return deepest;
};
module.exports = (text) => {
  let deepest;
  try { deepest = read(text) } catch { return true }
  return deepest < 8;
};`;

test('what a property does not reject leads on to what it does not reject', async () => {
  const brackets = fc.string({ unit: fc.constantFrom('(', ')', 'a', 'b', 'c', 'd'), maxLength: 100 });
  const timesFound = async (file: string): Promise<number> => {
    let count = 0;
    for (let seed = 1; seed <= 8; seed += 1) {
      if (await fails(BRACKETS, brackets, (accepts: (text: string) => boolean) => accepts, 8000, { file, seed }))
        count += 1;
    }
    return count;
  };
  const inTest = await timesFound('a');
  expect(inTest).toBeGreaterThanOrEqual(7);
  expect(await timesFound('elsewhere')).toBeLessThan(inTest - 1);
});
