import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fails } from './fuzzInstrumented';

/** A lock that is not instrumented, as an add-on or an excluded package is not: it only throws. */
const WORD = 'RLLRDRULRR';
const KINDS = Array.from(WORD, (_, state) =>
  Object.defineProperty(class extends Error {}, 'name', { value: `E${state}` }),
);
function open(moves: readonly string[]): void {
  let state = 0;
  for (const move of moves) state = WORD[state] === move ? state + 1 : 0;
  if (state < WORD.length) throw new KINDS[state]!();
}

/** Whether the lock is opened through code that catches what it throws, all in one place. */
function isOpened(code: string, inputs: number): Promise<boolean> {
  const moves = fc.array(fc.constantFrom('L', 'R', 'U', 'D'));
  return fails(code, moves, (isShut: (call: () => void) => boolean) => (input) => isShut(() => open(input)), inputs);
}

test('kinds of errors lead on where no branch does', async () => {
  const told = 'module.exports = (call) => { try { call() } catch (error) { return true } return false }';
  expect(await isOpened(told, 60_000)).toBe(true);
  // A pattern takes the error apart: its kind is not told.
  expect(await isOpened(told.replace('(error)', '({})'), 20_000)).toBe(false);
});
