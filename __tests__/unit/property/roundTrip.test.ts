import { describe, expect, test } from '@jest/globals';
import { fromBlob, toBlob } from '../../../src/choice/encoding';
import { Random } from '../../../src/choice/random';
import { InputRunner } from '../../../src/property/inputRunner';
import type { Source } from '../../../src/property/tape';
import { arbitrariesOf, observe } from './arbitraries';
import { FAST_CHECK_VERSIONS } from './fastCheckVersions';

const SEEDS = 12;

describe.each(FAST_CHECK_VERSIONS)('every exported arbitrary of fast-check $name', ({ fc }) => {
  const arbitraries = arbitrariesOf(fc);

  test('is not left out', () => {
    expect(arbitraries.length).toBeGreaterThan(80);
  });

  test.each(arbitraries)('%s is generated again by its stored choices', async (_name, arbitrary) => {
    let observed = '';
    const property = fc.asyncProperty(arbitrary, async (value) => {
      observed = await observe(fc, value);
    });
    const runner = new InputRunner(property, { random: new Random(1), budget: 20_000 });
    const run = async (source: Source, recordsSpans: boolean): Promise<string> => {
      observed = '';
      expect(runner.generate(source, recordsSpans)).toBe('ok');
      expect(await runner.execute()).toEqual({ status: 'passed' });
      return observed;
    };
    // The first input of a chain teaches the classes it builds.
    await run({ type: 'random', biased: false }, true);
    for (let seed = 0; seed < SEEDS; seed += 1) {
      const first = await run({ type: 'random', biased: seed % 2 === 1 }, false);
      const choices = runner.choices();
      const stored = fromBlob(toBlob(choices));
      expect(stored).toEqual(choices);
      const again = await run({ type: 'replay', choices: stored, tail: 'stop' }, seed % 3 === 0);
      expect(again).toBe(first);
      expect(runner.tape.misaligned).toBe(0);
      expect(runner.choices()).toEqual(choices);
    }
  });
});
