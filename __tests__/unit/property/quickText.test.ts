import { describe, expect, test } from '@jest/globals';
import { Random } from '../../../src/choice/random';
import type { ArbitraryLike } from '../../../src/property/fastCheckTypes';
import { InputRunner } from '../../../src/property/inputRunner';
import { quickText } from '../../../src/property/quickText';
import { Tape } from '../../../src/property/tape';
import { FAST_CHECK_VERSIONS } from './fastCheckVersions';

const INPUTS = 200;

describe.each(FAST_CHECK_VERSIONS)('texts of fast-check $name', ({ fc }) => {
  const texts: [string, unknown][] = [
    ['string()', fc.string()],
    ['string of 3 to 60', fc.string({ minLength: 3, maxLength: 60, size: 'max' })],
    ['numbers joined', fc.array(fc.integer().map(String)).map((parts) => parts.join(';'))],
  ];

  test.each(texts)('%s: the same choices make the same text, the quick way or not', (_name, arbitrary) => {
    const inputs = run(arbitrary, INPUTS);
    expect(isQuick(arbitrary)).toBe(true);
    expect(new Set(inputs.map(({ value }) => value)).size).toBeGreaterThan(INPUTS / 2);
    for (const { value, choices } of inputs) {
      const slow = run(arbitrary, 1, { type: 'replay', choices, tail: 'stop' }, true)[0]!;
      expect(slow.value).toBe(value);
      expect(slow.choices).toEqual(choices);
    }
  });

  test.each([
    ['texts that are unlike one another', fc.uniqueArray(fc.nat().map(String)).map((parts) => parts.join(''))],
    ['objects', fc.array(fc.nat().map((size) => ({ size }))).map((parts) => parts.join(''))],
    ['what is no text', fc.array(fc.nat().map(String)).map((parts) => [...parts])],
    ['units of another kind', fc.array(fc.constantFrom('a', 'b').map(String)).map((parts) => parts.join(''))],
  ] as [string, unknown][])('%s are left to fast-check', (_name, arbitrary) => {
    run(arbitrary, INPUTS);
    expect(isQuick(arbitrary)).toBe(false);
  });

  function run(
    arbitrary: unknown,
    count: number,
    source: Parameters<InputRunner['generate']>[0] = { type: 'random', biased: false },
    recordsSpans = false,
  ): { value: unknown; choices: ReturnType<InputRunner['choices']> }[] {
    let seen: unknown;
    const property = fc.property(arbitrary as ReturnType<typeof fc.string>, (value: unknown) => void (seen = value));
    const runner = new InputRunner(property, { random: new Random(7) });
    return Array.from({ length: count }, () => {
      expect(runner.generate(source, recordsSpans)).toBe('ok');
      void runner.execute();
      return { value: seen, choices: runner.choices() };
    });
  }
});

function isQuick(arbitrary: unknown): boolean {
  const tape = new Tape(new Random(1));
  tape.start({ type: 'random', biased: false });
  return quickText(arbitrary as ArbitraryLike, tape.root) !== null;
}
