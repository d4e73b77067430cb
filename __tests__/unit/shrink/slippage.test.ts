import { expect, test } from '@jest/globals';
import { Random } from '../../../src/choice/random';
import { originOf } from '../../../src/failure/origin';
import { FailureList } from '../../../src/fuzz/failureList';
import { InputRunner, type Outcome } from '../../../src/property/inputRunner';
import type { Recording } from '../../../src/property/recording';
import { shrink } from '../../../src/shrink/shrinker';
import { SEVERAL_BUGS } from './severalBugs';

/** With five properties and about three failures each a seed: more than a thousand shrinks. */
const SEEDS = 70;
const RUNS = 60;

/** Finds failures at random and shrinks each, as the fuzzer does: what is met on the way is booked. */
class Hunt {
  readonly book = new FailureList();
  readonly slips: string[] = [];
  shrinks = 0;
  readonly #runner: InputRunner;

  constructor(property: object, seed: number) {
    this.#runner = new InputRunner(property, { random: new Random(seed) });
  }

  run(): void {
    for (let run = 0; run < RUNS; run += 1) {
      this.#runner.generate({ type: 'random', biased: run % 3 === 0 });
      this.#note(this.#runner.execute() as Outcome);
    }
    let next: string | null;
    while ((next = this.#nextToShrink()) !== null) this.#shrinkOne(next);
  }

  #nextToShrink(): string | null {
    for (const { state, origin } of this.book.all()) if (state === 'found') return origin.key;
    return null;
  }

  #shrinkOne(key: string): void {
    const failure = this.book.get(key)!;
    failure.state = 'shrinking';
    const start = this.#replay(failure.choices);
    const shrinking = shrink(start.recording, { maxEvaluations: 2000 });
    let step = shrinking.next();
    while (step.done !== true) {
      const { origin, recording } = this.#replay(step.value);
      step = shrinking.next({ interesting: origin === key, recording });
    }
    this.shrinks += 1;
    failure.state = 'minimal';
    const { origin } = this.#replay(step.value.best.choices);
    if (origin !== key) this.slips.push(`${key} became ${origin}`);
  }

  #replay(choices: Recording['choices']): { origin: string | null; recording: Recording } {
    this.#runner.generate({ type: 'replay', choices, tail: 'simplest' }, true);
    const origin = this.#note(this.#runner.execute() as Outcome);
    return { origin, recording: this.#runner.recording() };
  }

  /** Books a failure; the key of its origin, or null if there was none. */
  #note(outcome: Outcome): string | null {
    if (outcome.status !== 'failed') return null;
    const origin = originOf(outcome.error, { rootDir: __dirname });
    const choices = this.#runner.choices();
    this.book.note(origin, { errorName: '', message: '', input: () => '', choices, size: 0 });
    return origin.key;
  }
}

test('a thousand shrinks keep their origins, and what they meet on the way is not lost', () => {
  let shrinks = 0;
  const slips: string[] = [];
  const found: Record<string, Set<string>> = {};
  for (const { name, property } of SEVERAL_BUGS) {
    const keys = (found[name] = new Set());
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const hunt = new Hunt(property, seed);
      hunt.run();
      shrinks += hunt.shrinks;
      slips.push(...hunt.slips);
      for (const { origin, state } of hunt.book.all()) {
        keys.add(origin.key);
        expect(state).toBe('minimal');
      }
    }
  }
  expect(slips).toEqual([]);
  expect(shrinks).toBeGreaterThanOrEqual(1000);
  expect(Object.entries(found).map(([name, keys]) => [name, keys.size])).toEqual(
    SEVERAL_BUGS.map(({ name, origins }) => [name, origins]),
  );
}, 120_000);
