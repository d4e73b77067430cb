import { expect } from '@jest/globals';
import fc from 'fast-check';
import { Random } from '../../../src/choice/random';
import type { Choices } from '../../../src/choice/choices';
import { EMPTY_DICTIONARY, type Dictionary } from '../../../src/mutate/dictionary';
import type { MutationContext } from '../../../src/mutate/mutator';
import { Subject } from '../../../src/mutate/subject';
import { ArbitraryLabels } from '../../../src/property/arbitraryLabels';
import { encodeValue } from '../../../src/property/encodeValue';
import { InputRunner } from '../../../src/property/inputRunner';

/** Plays inputs of one arbitrary, and tells what a property would have been given. */
export class Player {
  readonly random: Random;
  readonly labels = new ArbitraryLabels();
  /** What was generated last. */
  last: unknown;
  private readonly runner: InputRunner;

  constructor(
    private readonly arbitrary: fc.Arbitrary<unknown>,
    seed = 77,
  ) {
    this.random = new Random(seed);
    const property = fc.property(arbitrary, (value) => {
      this.last = value;
    });
    this.runner = new InputRunner(property, { random: this.random });
    this.labels.add((property as unknown as { arb: unknown }).arb);
  }

  /** A random input. */
  draw(): Subject {
    this.runner.generate({ type: 'random', biased: false }, true);
    void this.runner.execute();
    return this.subject();
  }

  /** The input that generates `value`. */
  of(value: unknown): Subject {
    const choices = encodeValue(this.arbitrary, value);
    if (choices === null) throw new Error(`There are no choices for ${fc.stringify(value)}.`);
    expect(this.replay(choices)).toEqual(value);
    return this.subject();
  }

  /** What choices generate; whatever is missing is drawn at random. */
  replay(choices: Choices): unknown {
    expect(this.runner.generate({ type: 'replay', choices, tail: 'random' }, true)).toBe('ok');
    void this.runner.execute();
    return this.last;
  }

  /** Whether choices make an input at all. */
  canReplay(choices: Choices): boolean {
    if (this.runner.generate({ type: 'replay', choices, tail: 'random' }, true) !== 'ok') return false;
    void this.runner.execute();
    return true;
  }

  /** The input that was played last. */
  subject(): Subject {
    return new Subject(this.runner.recording());
  }

  /** Whether the last replay used the choices as they were. */
  get isAligned(): boolean {
    return this.runner.tape.misaligned === 0;
  }

  context(other: Subject, words: Partial<Dictionary> = {}): MutationContext {
    return {
      random: this.random,
      other: () => other,
      labelOf: (arbitrary) => this.labels.labelOf(arbitrary),
      dictionary: { ...EMPTY_DICTIONARY, ...words },
    };
  }
}
