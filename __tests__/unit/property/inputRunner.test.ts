import { describe, expect, test } from '@jest/globals';
import type * as fastCheck from 'fast-check';
import { NO_CHOICES } from '../../../src/choice/choices';
import { Random } from '../../../src/choice/random';
import { InputRunner, type InputRunnerOptions, type Outcome } from '../../../src/property/inputRunner';
import { choices } from '../choice/notation';
import { arbitrariesOf } from './arbitraries';
import { FAST_CHECK_VERSIONS } from './fastCheckVersions';

const RANDOM = { type: 'random', biased: false } as const;
const fc: typeof fastCheck = FAST_CHECK_VERSIONS[0]!.fc;

function runnerOf(property: object, options: Partial<InputRunnerOptions> = {}): InputRunner {
  return new InputRunner(property, { random: new Random(1), ...options });
}

/** Generates from the sequence in our notation and executes. */
async function run(runner: InputRunner, text: string, tail: 'stop' | 'simplest' = 'stop'): Promise<Outcome> {
  runner.generate({ type: 'replay', choices: choices(text), tail });
  return await runner.execute();
}

describe.each(FAST_CHECK_VERSIONS)('a run of a property of fast-check $name', (version) => {
  // `fc.pre` is an assertion, which TypeScript allows only on names with a written type.
  const fc: typeof fastCheck = version.fc;
  /** The same predicate as a synchronous and an asynchronous property. */
  function both(
    predicate: (n: number) => boolean | void,
  ): (fastCheck.IPropertyWithHooks<[number]> | fastCheck.IAsyncPropertyWithHooks<[number]>)[] {
    return [fc.property(fc.nat(), predicate), fc.asyncProperty(fc.nat(), async (n) => predicate(n) as boolean)];
  }

  test('passes, is rejected or fails as in fast-check', async () => {
    const thrown = new TypeError('no');
    for (const property of both((n) => {
      if (n === 1) throw thrown;
      if (n === 2) return false;
      fc.pre(n !== 3);
      return n === 4 ? true : undefined;
    })) {
      const runner = runnerOf(property);
      expect(runner.isAsync).toBe(property.isAsync());
      expect(await run(runner, '0')).toEqual({ status: 'passed' });
      expect(await run(runner, '4')).toEqual({ status: 'passed' });
      expect(await run(runner, '3')).toEqual({ status: 'invalid' });
      expect(await run(runner, '')).toEqual({ status: 'overrun' });
      const failed = await run(runner, '1');
      expect(failed.status === 'failed' && failed.error).toBe(thrown);
      const returned = await run(runner, '2');
      expect(returned.status === 'failed' && (returned.error as Error).message).toBe(
        'Property failed by returning false',
      );
    }
  });

  test('calls each hook once around the predicate, also when it fails', async () => {
    const calls: string[] = [];
    for (const property of both((n) => {
      calls.push(`run ${n}`);
      return n !== 5;
    })) {
      property.beforeEach((() => void calls.push('before')) as () => void & Promise<void>);
      property.afterEach((() => void calls.push('after')) as () => void & Promise<void>);
      const runner = runnerOf(property);
      calls.length = 0;
      await run(runner, '4');
      await run(runner, '5');
      expect(calls).toEqual(['before', 'run 4', 'after', 'before', 'run 5', 'after']);
    }
  });

  test('lets what a hook throws escape', async () => {
    for (const property of both(() => {})) {
      property.beforeEach((): never => {
        throw new Error('hook');
      });
      await expect(run(runnerOf(property), '4')).rejects.toThrow('hook');
    }
  });

  test('has equal copies from fc.clone, recorded once', () => {
    let copies: unknown[] = [];
    const property = fc.property(fc.tuple(fc.clone(fc.array(fc.nat()), 3), fc.nat()), ([generated]) => {
      copies = generated.map((copy) => copy.join());
    });
    const runner = runnerOf(property);
    for (let round = 0; round < 20; round += 1) {
      runner.generate({ type: 'random', biased: round % 2 === 0 });
      void runner.execute();
      expect(copies).toEqual([copies[0], copies[0], copies[0]]);
      expect(runner.choices().forks).toEqual([]);
    }
    runner.generate({ type: 'replay', choices: choices('2 7 8 1'), tail: 'stop' });
    void runner.execute();
    expect(copies).toEqual(['7,8', '7,8', '7,8']);
  });

  test('executed again has a new value for the same input', async () => {
    const seen: number[][] = [];
    const property = fc.property(fc.array(fc.nat()), (list) => {
      seen.push([...list]);
      list.push(-1);
    });
    const runner = runnerOf(property);
    await run(runner, '2 7 8');
    await runner.execute();
    expect(seen).toEqual([
      [7, 8],
      [7, 8],
    ]);
    expect(runner.argumentsText(fc.stringify)).toBe('[[7,8,-1]]');
  });

  test('that overruns, at any choice, leaves nothing behind', () => {
    let overruns = 0;
    for (const [name, arbitrary] of arbitrariesOf(fc)) {
      const runner = runnerOf(
        fc.property(arbitrary, () => {}),
        { budget: 50_000 },
      );
      for (let round = 0; round < 3; round += 1) runner.generate(RANDOM, true);
      const whole = runner.choices();
      for (let length = 0; length < Math.min(40, whole.values.length); length += 1) {
        const cut = { ...whole, values: whole.values.slice(0, length) };
        expect([name, runner.generate({ type: 'replay', choices: cut, tail: 'stop' })]).toEqual([name, 'overrun']);
        overruns += 1;
      }
      expect([name, runner.generate({ type: 'replay', choices: whole, tail: 'stop' })]).toEqual([name, 'ok']);
      expect([name, runner.choices(), runner.tape.misaligned]).toEqual([name, whole, 0]);
    }
    expect(overruns).toBeGreaterThan(300);
  });
});

describe('generation', () => {
  test('that would go on for ever is an overrun', () => {
    const endless = runnerOf(
      fc.property(
        fc.nat().filter(() => false),
        () => {},
      ),
    );
    expect(endless.generate(RANDOM)).toBe('overrun');
    expect(endless.tape.drawn).toBe(4097);
    expect(endless.generate({ type: 'replay', choices: NO_CHOICES, tail: 'simplest' })).toBe('overrun');
    expect(endless.tape.drawn).toBeLessThan(300);
    expect(endless.execute()).toEqual({ status: 'overrun' });
  });

  test('replays what fits, puts the simplest in the place of what does not, and counts it', () => {
    const runner = runnerOf(fc.property(fc.integer({ min: 3, max: 9 }), fc.nat(5), fc.bigInt(), () => {}));
    runner.generate({ type: 'replay', choices: choices('4 6 7'), tail: 'stop' });
    expect(runner.choices()).toEqual(choices('4 0 0n'));
    expect(runner.tape.misaligned).toBe(2);
  });

  test('extends a prefix at random, or with the simplest', () => {
    const runner = runnerOf(fc.property(fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat()), () => {}));
    runner.generate({ type: 'replay', choices: choices('9 9'), tail: 'simplest' });
    expect(runner.choices()).toEqual(choices('9 9 0 0'));
    runner.generate({ type: 'replay', choices: choices('9 9'), tail: 'random' });
    expect(runner.choices().values.slice(0, 2)).toEqual([9, 9]);
    expect(runner.choices()).not.toEqual(choices('9 9 0 0'));
  });

  test('makes lists that are longer than those fast-check draws, up to their limit', () => {
    const runner = runnerOf(fc.property(fc.array(fc.constant('a'), { maxLength: 40 }), () => {}));
    runner.generate({ type: 'replay', choices: choices('33'), tail: 'stop' });
    expect(runner.argumentsText(fc.stringify)).toHaveLength(33 * 4 + 3);
    runner.generate({ type: 'replay', choices: choices('41'), tail: 'stop' });
    expect(runner.argumentsText(fc.stringify)).toBe('[[]]');
  });

  test('that throws is an input that fails; one that fc.pre rejects is invalid', () => {
    const thrown = new RangeError('mapper');
    const mapped = fc.nat().map((n) => {
      fc.pre(n !== 2);
      if (n === 3) throw thrown;
      return n;
    });
    const runner = runnerOf(fc.property(mapped, () => {}));
    expect(runner.generate({ type: 'replay', choices: choices('2'), tail: 'stop' })).toBe('invalid');
    expect(runner.execute()).toEqual({ status: 'invalid' });
    expect(runner.generate({ type: 'replay', choices: choices('3'), tail: 'stop' })).toBe('ok');
    expect(runner.execute()).toEqual({ status: 'failed', error: thrown });
    expect(runner.argumentsText(fc.stringify)).toMatch(/none/);
  });

  test('is determined by the seed', () => {
    const sequence = (): unknown[] => {
      const runner = runnerOf(
        fc.property(fc.json(), () => {}),
        { random: new Random(77) },
      );
      return Array.from({ length: 20 }, (_, index) => {
        runner.generate({ type: 'random', biased: index % 2 === 0 });
        return runner.choices();
      });
    };
    expect(sequence()).toEqual(sequence());
  });

  test('reaches fast-check’s dangerous strings by its coins', () => {
    const runner = runnerOf(fc.property(fc.string(), () => {}));
    const find = (biased: boolean): boolean => {
      for (let round = 0; round < 5000; round += 1) {
        runner.generate({ type: 'random', biased });
        if (runner.argumentsText(fc.stringify).includes('__proto__')) return true;
      }
      return false;
    };
    expect([find(true), find(false)]).toEqual([true, false]);
  });
});

describe('an overrun within the predicate', () => {
  test('is one, even if the predicate catches it', async () => {
    const property = fc.property(fc.gen(), (gen) => {
      try {
        for (;;) gen(fc.nat);
      } catch {
        throw new Error('something else');
      }
    });
    const runner = runnerOf(property);
    runner.generate(RANDOM);
    expect(runner.execute()).toEqual({ status: 'overrun' });
    expect(await run(runner, '(1 2 3)')).toEqual({ status: 'overrun' });
  });

  test('of a run that is over does not touch the present one', async () => {
    let kept: fastCheck.Stream<number> | undefined;
    const property = fc.property(fc.infiniteStream(fc.nat()), (stream) => {
      kept ??= stream;
      stream.next();
    });
    const runner = runnerOf(property);
    await run(runner, '(1)');
    runner.generate({ type: 'replay', choices: choices('(5)'), tail: 'stop' });
    expect(() => kept!.next()).toThrow();
    expect(runner.execute()).toEqual({ status: 'passed' });
    expect(runner.choices()).toEqual(choices('(5)'));
  });
});

describe('the limit of one run', () => {
  test('is an error as in fast-check; a run within it ends the timer', async () => {
    const timers: { callback: () => void; ms: number; isStopped: boolean }[] = [];
    const startTimer: NonNullable<InputRunnerOptions['timeout']>['startTimer'] = (callback, ms) => {
      const timer = { callback, ms, isStopped: false };
      timers.push(timer);
      return () => {
        timer.isStopped = true;
      };
    };
    const property = fc.asyncProperty(fc.nat(), async (n) => {
      if (n === 1) await new Promise(() => {});
    });
    const runner = runnerOf(property, { timeout: { ms: 50, startTimer } });
    expect(await run(runner, '0')).toEqual({ status: 'passed' });
    const late = run(runner, '1');
    await Promise.resolve();
    await Promise.resolve();
    while (timers.length < 2) await Promise.resolve();
    timers[1]!.callback();
    const outcome = await late;
    expect(outcome.status === 'failed' && (outcome.error as Error).message).toBe(
      'Property timeout: exceeded limit of 50 milliseconds',
    );
    expect(timers.map(({ ms, isStopped }) => [ms, isStopped])).toEqual([
      [50, true],
      [50, true],
    ]);
  });
});

describe('a property that cannot be driven', () => {
  test.each([
    ['nothing', null, /not a property/],
    ['a custom one', { run: () => null, isAsync: () => false, generate: () => null }, /no arbitrary/],
    ['half a property', { arb: fc.nat() }, /lacks the methods/],
  ])('%s', (_name, property, reason) => {
    expect(InputRunner.unsupportedReason(property)).toMatch(reason);
    expect(() => runnerOf(property as object)).toThrow(TypeError);
  });

  test('is none that fast-check made', () => {
    for (const { fc } of FAST_CHECK_VERSIONS) {
      expect(InputRunner.unsupportedReason(fc.property(fc.nat(), () => {}))).toBeNull();
      expect(InputRunner.unsupportedReason(fc.asyncProperty(fc.nat(), async () => {}))).toBeNull();
    }
  });
});
