import { afterEach, expect, test } from '@jest/globals';
import { event, isFuzzing, observe, target } from '../../../runner/api';

const realm = globalThis as Record<symbol, unknown>;
const SYMBOLS = ['active', 'event', 'observe', 'target'].map((name) => Symbol.for(`fuzz-runner.${name}@1`));
afterEach(() => SYMBOLS.forEach((symbol) => delete realm[symbol]));

test('does nothing outside of the fuzzer', () => {
  expect(isFuzzing()).toBe(false);
  expect(event('a')).toBeUndefined();
  expect(observe('a', 1)).toBeUndefined();
  expect(target(1)).toBeUndefined();
});

test('tells a session what it is given', () => {
  const told: unknown[] = [];
  realm[SYMBOLS[0]!] = true;
  for (const symbol of SYMBOLS.slice(1)) realm[symbol] = (...given: unknown[]) => told.push(given);
  expect(isFuzzing()).toBe(true);
  event('a');
  observe('b', 2);
  target(3);
  target(4n, 'd');
  expect(told).toEqual([['a'], ['b', 2], [3, ''], [4n, 'd']]);
});
