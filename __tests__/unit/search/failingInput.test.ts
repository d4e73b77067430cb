import { describe, expect, test } from '@jest/globals';
import type { Choices } from '../../../src/choice/choices';
import { InputSearch, RerunCount } from '../../../src/search/failingInput';
import { drive, driveAsync } from '../../../src/search/drive';

/** Runs until no more are needed: `x` fails with the same origin, `.` does not. Returns what was run and the verdict. */
function judged(sure: number, unsure: number, pattern: string, limitAfter = Infinity): string {
  const count = new RerunCount({ sure, unsure });
  let ran = '';
  while (count.needsMore) {
    ran += pattern[count.runs % pattern.length];
    count.add(ran.at(-1) === 'x');
    if (count.runs === limitAfter) count.limitTo(limitAfter);
  }
  expect(count.counts).toEqual({ runs: ran.length, fails: ran.replaceAll('.', '').length });
  return `${ran} ${count.isFlaky ? 'flaky' : 'sure'}`;
}

describe('a failing input is run again', () => {
  test.each([
    ['as often as is enough when each run fails', 5, 20, 'x', 'xxxxx sure'],
    ['more often when one run passed', 3, 6, 'xx.', 'xx.xx. flaky'],
    ['more often when the first run passed', 1, 5, '.', '..... flaky'],
    ['once when the one run fails', 1, 5, 'x', 'x sure'],
  ])('%s', (_, sure, unsure, pattern, expected) => {
    expect(judged(sure, unsure, pattern)).toBe(expected);
  });

  test('less often when its runs take long', () => {
    expect(judged(20, 20, 'x', 1)).toBe('x sure');
    expect(judged(20, 20, '.', 2)).toBe('.. flaky');
  });

  test('is not flaky before its first run', () => {
    expect(new RerunCount({ sure: 1, unsure: 1 }).isFlaky).toBe(false);
  });
});

const choicesOf = (value: number): Choices => ({ values: [value], forks: [], biased: false });

/** Halves a number while that fails; returns the last that did. */
function* halving(start: number): Generator<Choices, number, boolean> {
  let best = start;
  while (best > 0 && (yield choicesOf(Math.trunc(best / 2)))) best = Math.trunc(best / 2);
  return best;
}

describe('a search from a failing input', () => {
  function* run(tried: number[], proposed: Choices): Generator<number, boolean, number> {
    const value = yield Number(proposed.values[0]);
    tried.push(value);
    return value >= 10;
  }

  test('goes on from the verdicts until it is done', () => {
    const tried: number[] = [];
    const search = new InputSearch(halving(100));
    const running = search.advance((proposed) => run(tried, proposed));
    let step = running.next();
    while (step.done !== true) step = running.next(step.value);
    expect(step.value).toBe(12);
    expect(search.isDone).toBe(true);
    expect(tried).toEqual([50, 25, 12, 6]);
  });

  test('keeps its place from turn to turn, and runs nothing twice', () => {
    const tried: number[] = [];
    const search = new InputSearch(halving(100));
    const results: (number | null)[] = [];
    while (!search.isDone) {
      let left = 2;
      const running = search.advance(
        (proposed) => run(tried, proposed),
        () => (left -= 1) >= 0,
      );
      let step = running.next();
      while (step.done !== true) step = running.next(step.value);
      results.push(step.value);
    }
    expect(results).toEqual([null, 12]);
    expect(tried).toEqual([50, 25, 12, 6]);
  });

  test('runs nothing when it has nothing to propose', () => {
    const search = new InputSearch(halving(0));
    expect(search.isDone).toBe(true);
    const never = (): never => {
      throw new Error('nothing is to be run');
    };
    expect(search.advance(never).next()).toEqual({ done: true, value: 0 });
  });
});

describe('runs are driven', () => {
  test('asynchronously: each promise is waited for, and an error reaches the runs', async () => {
    const seen: unknown[] = [];
    const runs = (function* (): Generator<number | Promise<number>, string, number> {
      seen.push(yield Promise.resolve(1));
      try {
        yield Promise.reject(new Error('away'));
      } catch (error) {
        seen.push((error as Error).message);
      }
      seen.push(yield 2);
      return 'done';
    })();
    expect(await driveAsync(runs)).toBe('done');
    expect(seen).toEqual([1, 'away', 2]);
  });

  test('synchronously, without a promise', () => {
    const passed = { status: 'passed' } as const;
    const runs = (function* (): Generator<typeof passed, string, typeof passed> {
      return (yield passed).status;
    })();
    expect(drive(runs as never, false)).toBe('passed');
  });
});
