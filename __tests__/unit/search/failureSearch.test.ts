import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { NO_CHOICES, type Choices } from '../../../src/choice/choices';
import { Random } from '../../../src/choice/random';
import { InputRunner } from '../../../src/property/inputRunner';
import { drive } from '../../../src/search/drive';
import type { DistinctFailure } from '../../../src/search/distinctFailure';
import { FailureSearch } from '../../../src/search/failureSearch';

interface Options {
  readonly seed?: number;
  readonly starts?: readonly Choices[];
  readonly searchRuns?: number;
  readonly endsAt?: number;
}

/** Searches with a clock that only counts how often it was read. */
function search(property: object, options: Options = {}): DistinctFailure[] | Promise<DistinctFailure[]> {
  const { seed = 1, starts = [], searchRuns = 3000, endsAt = Infinity } = options;
  const runner = new InputRunner(property, { random: new Random(seed) });
  let ticks = 0;
  const searching = new FailureSearch(runner, property, {
    random: new Random(seed),
    origins: { rootDir: '/' },
    limits: { searchMs: Infinity, searchRuns, simplifyMs: Infinity, endsAt },
    now: () => (ticks += 1),
    isCut: () => false,
  });
  return drive(searching.run(starts), runner.isAsync);
}

const numbers = (...values: number[]): Choices => ({ ...NO_CHOICES, values });

function messages(found: readonly DistinctFailure[]): string[] {
  return found.map(({ error }) => (error as Error).message);
}

/** Three failures, one of them hardly ever met by chance; the input is in the message. */
function fail(n: number): void {
  if (n > 1_000_000) throw new RangeError(`large ${n}`);
  if (n < -77) throw new TypeError(`negative ${n}`);
  if (n > 32) throw new Error(`small ${n}`);
}

describe('finds all failures and their simplest inputs, whatever it starts from', () => {
  const simplest = ['large 1000001', 'negative -78', 'small 33'];

  test.each([1, 2, 3, 4, 5])('seed %i', (seed) => {
    const property = fc.property(fc.integer(), (n) => fail(n));
    const found = search(property, { seed, starts: [numbers(2_000_000_000)] }) as DistinctFailure[];
    expect(messages(found)).toEqual(simplest);
    for (const { failed, reruns } of found) expect([failed, reruns]).toEqual([5, 5]);
  });

  test('asynchronous', async () => {
    const property = fc.asyncProperty(fc.integer(), async (n) => {
      await Promise.resolve();
      fail(n);
    });
    const found = await search(property, { starts: [numbers(33)], searchRuns: 500 });
    expect(messages(found)).toEqual(simplest);
  });

  test('around what is known: one that is next to another, and too rare for chance', () => {
    const property = fc.property(fc.array(fc.nat(), { minLength: 6, maxLength: 6 }), (list) => {
      if (list.slice(1).some((n) => n < 1_000_000_000)) return;
      if (list[0]! > 1_000_000_000) throw new RangeError('first');
      throw new TypeError('others');
    });
    const big = 2_000_000_000;
    const found = search(property, { starts: [numbers(0, big, big, big, big, big)] }) as DistinctFailure[];
    expect(messages(found).sort()).toEqual(['first', 'others']);
  });
});

test('tells how often a flaky failure fails, and keeps the other ones', () => {
  let runs = 0;
  const property = fc.property(fc.nat(), (n) => {
    runs += 1;
    if (n > 1000 && runs % 3 === 0) throw new RangeError('now and then');
    if (n === 7) throw new TypeError('seven');
  });
  const found = search(property, { starts: [numbers(2000), numbers(7)], searchRuns: 50 }) as DistinctFailure[];
  expect(messages(found)).toEqual(['now and then', 'seven']);
  expect(found[0]!.failed).toBeLessThan(found[0]!.reruns);
  expect([found[1]!.failed, found[1]!.reruns]).toEqual([5, 5]);
});

test('an input that never fails again is none of its failures', () => {
  expect(
    search(
      fc.property(fc.nat(), () => true),
      { starts: [numbers(3)], searchRuns: 10 },
    ),
  ).toEqual([]);
});

test('its time ends a search, not what it found by then', () => {
  const property = fc.property(fc.integer(), (n) => fail(n));
  const found = search(property, { starts: [numbers(33), numbers(2_000_000_000)], endsAt: 4 }) as DistinctFailure[];
  expect(messages(found)).toEqual(['large 2000000000', 'small 33']);
  expect(found.map(({ reruns }) => reruns)).toEqual([0, 0]);
});

test('what a hook throws ends the search, and is no failure of the property', () => {
  let runs = 0;
  const property = fc
    .property(fc.integer(), (n) => fail(n))
    .beforeEach(() => {
      runs += 1;
      if (runs === 2) throw new Error('the database is down');
    });
  const found = search(property, { starts: [numbers(33)] }) as DistinctFailure[];
  expect(messages(found)).toEqual(['small 33']);
});
