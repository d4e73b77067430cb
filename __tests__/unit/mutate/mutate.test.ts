import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Random } from '../../../src/choice/random';
import { decodeChoices, encodeChoices } from '../../../src/choice/encoding';
import { dictionaryOf } from '../../../src/mutate/dictionary';
import { inputToState } from '../../../src/mutate/inputToState';
import { mutate } from '../../../src/mutate/mutate';
import { changeList } from '../../../src/mutate/changeList';
import { ArbitraryLabels } from '../../../src/property/arbitraryLabels';
import { InputRunner } from '../../../src/property/inputRunner';
import type { Recording } from '../../../src/property/recording';

/** Runs a property over an arbitrary on chosen inputs and tells what it was given. */
class Subject {
  last: unknown;
  readonly runner: InputRunner;
  readonly labels = new ArbitraryLabels();
  readonly random = new Random(77);

  constructor(readonly arbitrary: fc.Arbitrary<unknown>) {
    const property = fc.property(arbitrary, (value) => {
      this.last = value;
    });
    this.runner = new InputRunner(property, { random: this.random });
    this.labels.add((property as unknown as { arb: unknown }).arb);
  }

  random1(): Recording {
    this.runner.generate({ type: 'random', biased: false }, true);
    void this.runner.execute();
    return this.runner.recording();
  }

  replay(choices: Recording['choices']): unknown {
    expect(this.runner.generate({ type: 'replay', choices, tail: 'random' }, true)).toBe('ok');
    void this.runner.execute();
    return this.last;
  }

  context(other: Recording, literals: readonly unknown[] = []): Parameters<typeof mutate>[1] {
    return {
      random: this.random,
      other: () => other,
      labelOf: (arbitrary) => this.labels.labelOf(arbitrary),
      dictionary: dictionaryOf(literals),
    };
  }
}

const ARBITRARIES: readonly [string, fc.Arbitrary<unknown>][] = [
  ['integers', fc.tuple(fc.integer(), fc.nat(3))],
  ['strings in records', fc.record({ a: fc.string(), b: fc.array(fc.string()) })],
  ['doubles and bigints', fc.tuple(fc.double(), fc.bigInt())],
  ['json', fc.json()],
  ['chains', fc.nat(9).chain((n) => fc.array(fc.nat(n), { minLength: n }))],
];

test.each(ARBITRARIES)('every mutation of %s can be encoded and replayed', (_name, arbitrary) => {
  const subject = new Subject(arbitrary);
  let recording = subject.random1();
  for (let round = 0; round < 300; round += 1) {
    const other = recording;
    const choices = mutate(recording, subject.context(other, ['word', 7, 12n]));
    expect(decodeChoices(encodeChoices(choices))).toEqual(choices);
    subject.replay(choices);
    recording = round % 10 === 0 ? subject.random1() : subject.runner.recording();
  }
});

test('mutations of a list change its length within what is legal, and reach beyond what fast-check draws', () => {
  const subject = new Subject(fc.array(fc.nat(), { minLength: 2, maxLength: 40 }));
  let recording = subject.random1();
  const lengths = new Set<number>();
  for (let round = 0; round < 600; round += 1) {
    const choices = changeList(recording, subject.context(recording));
    if (choices === null) continue;
    lengths.add((subject.replay(choices) as unknown[]).length);
    recording = subject.runner.recording();
  }
  expect(Math.min(...lengths)).toBeGreaterThanOrEqual(2);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(40);
  expect(Math.max(...lengths)).toBeGreaterThan(12);
});

describe('inputToState', () => {
  const reached = (
    arbitrary: fc.Arbitrary<unknown>,
    operandsOf: (value: never) => [unknown, unknown],
    op = '===',
  ): string[] => {
    const subject = new Subject(arbitrary);
    const recording = subject.random1();
    const [left, right] = operandsOf(subject.last as never);
    const comparison = { site: 0, op, left, right } as never;
    return [...inputToState(recording, [comparison])].map((choices) => fc.stringify(subject.replay(choices)));
  };

  test('puts the other operand in the place of a string, a number, a bigint and a double', () => {
    expect(reached(fc.string({ minLength: 3 }), (s: string) => [s, 'sesame'])).toContain('"sesame"');
    expect(reached(fc.integer({ min: 1000 }), (n: number) => [n, 782357915])).toContain('782357915');
    expect(reached(fc.bigInt({ min: 1000n }), (n: bigint) => [123456789012345678901n, n])).toContain(
      '123456789012345678901n',
    );
    expect(reached(fc.double({ min: 1, noNaN: true }), (x: number) => [x, 1234.625])).toContain('1234.625');
  });

  test('works inside records, lists and mapped arbitraries that can be unmapped', () => {
    expect(
      reached(fc.record({ role: fc.string({ minLength: 2 }) }), (o: { role: string }) => [o.role, 'owner']).join(),
    ).toContain('"owner"');
    const shouted = fc.string({ minLength: 2 }).map(
      (s) => `!${s}`,
      (v) => (v as string).slice(1),
    );
    expect(reached(shouted, (s: string) => [s, '!hello'])).toContain('"!hello"');
  });

  test('follows prefixes, and text read as a number', () => {
    expect(reached(fc.string({ minLength: 2 }), (s: string) => [s, 'magic'], 'startsWith').join()).toContain('"magic');
    expect(reached(fc.constantFrom('12', '345'), (s: string) => [Number(s), 345]).join()).toContain('"345"');
  });
});
