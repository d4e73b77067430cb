import { describe, expect, test } from '@jest/globals';
import { Random } from '../../../src/choice/random';
import { InputRunner } from '../../../src/property/inputRunner';
import { recordRun, type RecordedRun } from '../../../src/property/recordRun';
import type { PropertyLike } from '../../../src/property/fastCheckTypes';
import { arbitrariesOf, observe } from './arbitraries';
import { FAST_CHECK_VERSIONS } from './fastCheckVersions';

const RUNS = 12;

describe.each(FAST_CHECK_VERSIONS)('what fast-check $name itself generates', ({ fc }) => {
  test.each(arbitrariesOf(fc))('%s: is unchanged, and its choices make it again', async (_name, arbitrary) => {
    const seen: string[] = [];
    const property = fc.asyncProperty(arbitrary, async (value) => void seen.push(await observe(fc, value)));
    const runner = new InputRunner(property, { random: new Random(1), budget: 20_000 });
    // The first inputs of a chain teach the classes it builds.
    runner.generate({ type: 'random', biased: false }, true);
    await fc.check(property, { seed: 42, numRuns: RUNS });
    const untouched = seen.splice(0);

    const runs: RecordedRun[] = [];
    const recorded = Object.create(property) as typeof property;
    recorded.generate = ((random: object, runId?: number) => {
      runs.push(recordRun(property as unknown as PropertyLike, random, runId));
      return runs.at(-1)!.value;
    }) as typeof property.generate;
    await fc.check(recorded, { seed: 42, numRuns: RUNS });
    expect(seen.splice(0)).toEqual(untouched);

    for (const [index, run] of runs.entries()) {
      runner.generate({ type: 'replay', choices: run.choices(), tail: 'stop' });
      expect([index, await runner.execute(), seen.splice(0)]).toEqual([
        index,
        { status: 'passed' },
        [untouched[index]],
      ]);
      expect(runner.tape.misaligned).toBe(0);
    }
    expect(runs).toHaveLength(RUNS);
  });
});
