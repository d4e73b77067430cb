import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { misfit, RequestedReplay } from '../../../../runner/ordinary/requestedReplay';
import { parseReplayToken, replayToken } from '../../../../runner/replay/replayToken';
import { toBlob } from '../../../../src/choice/encoding';
import { Random } from '../../../../src/choice/random';
import { InputRunner } from '../../../../src/property/inputRunner';

const BLOB = toBlob({ values: [1, -5, 3n], forks: [{ values: [2], forks: [] }], biased: true });
const TOKEN = replayToken(BLOB, 'tests/a.test.ts', 'outer t', 1);

describe('the requested input', () => {
  test('is given to its property only, and then the file is done', () => {
    const replay = new RequestedReplay(TOKEN, 'tests/a.test.ts');
    expect(replay.inputFor('outer t', 0)).toBeNull();
    expect(replay.inputFor('outer t', 1)).toMatchObject({ blob: BLOB });
    expect(() => replay.finish()).not.toThrow();
  });

  test('is an error when its file has run without it', () => {
    const replay = new RequestedReplay(TOKEN, 'tests/a.test.ts');
    replay.inputFor('outer u', 1);
    expect(() => replay.finish()).toThrow(/FUZZ_REPLAY was not replayed.*"outer u" \(call 2\) ran/);
  });

  test('is nothing to other files, or when nothing is asked for', () => {
    const other = new RequestedReplay(TOKEN, 'tests/b.test.ts');
    expect(other.inputFor('outer t', 1)).toBeNull();
    expect(() => other.finish()).not.toThrow();
    const none = new RequestedReplay('', 'tests/a.test.ts');
    expect(none.inputFor('outer t', 1)).toBeNull();
    expect(() => none.finish()).not.toThrow();
  });

  test('fails each property when it cannot be read', () => {
    const damaged = new RequestedReplay('fz1-A', 'tests/a.test.ts');
    expect(() => damaged.inputFor('outer t', 1)).toThrow('Expected FUZZ_REPLAY to be a replay blob');
  });
});

describe('a replayed input', () => {
  const reasonFor = (property: object, values: number[]): string | null => {
    const runner = new InputRunner(property, { random: new Random(1) });
    const token = parseReplayToken(replayToken(toBlob({ values, forks: [], biased: false }), 'a', 't', 0));
    runner.generate({ type: 'replay', choices: token.choices, tail: 'simplest' });
    const outcome = runner.execute();
    if (outcome instanceof Promise) throw new Error('The property is synchronous.');
    return misfit(runner, token, outcome, '[…]');
  };
  const passes = (): boolean => true;

  test('fits when the property draws just its choices', () => {
    expect(reasonFor(fc.property(fc.integer({ min: 0, max: 9 }), passes), [7])).toBeNull();
  });

  test.each<[string, object, number[], string]>([
    ['out of range', fc.property(fc.integer({ min: 0, max: 9 }), passes), [70], '1 of its 1 choices are out of range'],
    [
      'too short',
      fc.property(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }), passes),
      [7],
      'it has 1 choices, the property drew 2',
    ],
    ['rejected', fc.property(fc.integer({ min: 0, max: 9 }), () => fc.pre(false)), [7], 'fc.pre or a filter rejects'],
  ])('that is %s does not fit, with the reason', (_name, property, values, reason) => {
    expect(reasonFor(property, values)).toContain(reason);
  });
});
