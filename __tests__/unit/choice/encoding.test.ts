import { describe, expect, test } from '@jest/globals';
import { withoutTexts, type Choices } from '../../../src/choice/choices';
import { decodeChoices, encodeChoices, fromBlob, toBlob } from '../../../src/choice/encoding';
import { Random } from '../../../src/choice/random';
import { choices, randomChoices } from './notation';

describe('choices survive being encoded', () => {
  test.each([
    '',
    'biased',
    '0 1 -1 31 32 -31 -32 4095 4096',
    '9007199254740991 -9007199254740991 4294967296',
    '0n 1n -1n 255n 256n -340282366920938463463374607431768211456n',
    '1 1n',
    '(1) - (2 (3n) - (4))',
    'biased 1 0 - - (7)',
    '[1 97]',
    '0 [3 1 2 3] [1 1n] 5 [2 0 0]',
    '1 ([1 2] (3 [4 5]) [6 7])',
  ])('%s', (text) => {
    const sequence = choices(text);
    expect(decodeChoices(encodeChoices(sequence))).toEqual(sequence);
    expect(fromBlob(toBlob(sequence))).toEqual(sequence);
    expect(fromBlob(`\n ${toBlob(sequence)} `)).toEqual(sequence);
  });

  test('at random, with bytes that tell them apart', () => {
    const random = new Random(20_261_121);
    const seen = new Map<string, Choices>();
    for (let run = 0; run < 3000; run += 1) {
      const sequence = randomChoices(random);
      const blob = toBlob(sequence);
      expect(fromBlob(blob)).toEqual(sequence);
      expect(seen.get(blob) ?? sequence).toEqual(sequence);
      seen.set(blob, sequence);
    }
    expect(seen.size).toBeGreaterThan(2000);
  });

  test('those without texts as ever, so that they are found under the same keys', () => {
    expect([...encodeChoices(choices('1 -2 (3n)'))]).toEqual([1, 0, 2, 4, 10, 1, 1, 1, 1, 1, 3, 0]);
    expect(encodeChoices(withoutTexts(choices('0 [1 97] ([1 2])')))).toEqual(encodeChoices(choices('0 1 97 (1 2)')));
  });

  test('in few bytes', () => {
    expect(encodeChoices(choices('[7 1 2 3 4 5 6 7]')).length).toBe(15);
    expect(encodeChoices(choices('1 2 3 4 5 6 7 8')).length).toBe(12);
    expect(encodeChoices(choices('1000 100000 10000000')).length).toBe(4 + 2 + 3 + 4);
  });

  test('without the forks that hold nothing', () => {
    expect(encodeChoices({ ...choices('1'), forks: [null, { values: [], forks: [null] }] })).toEqual(
      encodeChoices(choices('1')),
    );
  });
});

describe('bytes that are no choices', () => {
  test.each([
    ['nothing', []],
    ['another version', [3, 0, 0, 0]],
    ['unknown flags', [1, 4, 0, 0]],
    ['values that are not there', [1, 0, 200, 1, 4, 4]],
    ['a count beyond memory', [1, 0, 255, 255, 255, 255, 255, 255, 255, 15, 4]],
    ['a number that does not end', [1, 0, 1, 128, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1]],
    ['a number beyond 2^53', [1, 0, 1, 252, 255, 255, 255, 255, 255, 255, 255, 15, 0]],
    ['a bigint that is not there', [1, 0, 1, 1, 100, 7]],
    ['an unknown kind', [1, 0, 1, 5, 0]],
    ['an unknown fork mark', [1, 0, 0, 1, 9]],
    ['more after the end', [1, 0, 0, 0, 0]],
    ['a text that ends too late', [2, 0, 2, 4, 4, 1, 0, 1, 0]],
    ['a text that begins after the end', [2, 0, 2, 4, 4, 1, 3, 0, 0]],
    ['forks without end', [1, 0, ...Array.from({ length: 300 }, () => [0, 1, 1]).flat()]],
  ])('%s', (_name, bytes) => {
    expect(() => decodeChoices(Uint8Array.from(bytes))).toThrow(/^This input cannot be read: .+ drop it\.$/);
  });

  test('at random are choices or one clear error', () => {
    const random = new Random(7);
    const outcomes = { read: 0, rejected: 0 };
    for (let run = 0; run < 20_000; run += 1) {
      const bytes = encodeChoices(randomChoices(random));
      for (let change = random.below(4); change > 0; change -= 1) bytes[random.below(bytes.length)] = random.below(256);
      const cut = bytes.subarray(0, random.below(8) === 0 ? random.below(bytes.length + 1) : bytes.length);
      try {
        const sequence = decodeChoices(cut);
        const again = encodeChoices(sequence);
        expect(encodeChoices(decodeChoices(again))).toEqual(again);
        outcomes.read += 1;
      } catch (error) {
        expect((error as Error).message).toMatch(/^This input cannot be read: /);
        outcomes.rejected += 1;
      }
    }
    expect(outcomes.read).toBeGreaterThan(1000);
    expect(outcomes.rejected).toBeGreaterThan(1000);
  });

  test.each(['', 'fz2-AQAAAA', 'fz1-AQ AA', 'hello', 'fz1-%%%'])('as text: %j', (text) => {
    expect(() => fromBlob(text)).toThrow(/starts with "fz1-", but received/);
  });

  test('as text cut short', () => {
    expect(() => fromBlob(toBlob(choices('1 2 3 4 5 6')).slice(0, -4))).toThrow(/it ends too early/);
  });
});
