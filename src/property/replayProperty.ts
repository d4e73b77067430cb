import type { Choices } from '../choice/choices';
import type { Random } from '../choice/random';
import type { PropertyLike, ValueLike } from './fastCheckTypes';
import { Tape } from './tape';
import { COIN_MAX } from './tapeRandom';
import { wrapArbitraries } from './wrapArbitraries';

/**
 * A property that differs from `property` only in what it generates: always the input of `choices`, which is not
 * shrunk. Given to fast-check's own `check` it fails with fast-check's own report.
 */
export function replayProperty(property: object, choices: Choices, random: Random): object {
  const { arb } = property as PropertyLike;
  wrapArbitraries(arb);
  const generate = (): ValueLike => {
    const tape = new Tape(random);
    tape.start({ type: 'replay', choices, tail: 'simplest' });
    return arb.generate(tape.root, tape.isBiased ? COIN_MAX : undefined);
  };
  return Object.create(property, {
    generate: { value: generate },
    shrink: { value: () => NOTHING },
  }) as object;
}

/** The part of fast-check's `Stream` that `check` uses when the stream is empty. */
const NOTHING = {
  [Symbol.iterator]: () => NOTHING,
  next: () => ({ done: true as const, value: undefined }),
  map: () => NOTHING,
};
