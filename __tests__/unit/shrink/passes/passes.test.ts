import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Random } from '../../../../src/choice/random';
import { doubleOrderOf, indexOfDouble } from '../../../../src/property/doubleOrder';
import { InputRunner } from '../../../../src/property/inputRunner';
import { Attempts } from '../../../../src/shrink/attempts/attempts';
import { deleteAndReindex } from '../../../../src/shrink/passes/deleteAndReindex';
import { deleteBlocks } from '../../../../src/shrink/passes/deleteBlocks';
import { deleteItems } from '../../../../src/shrink/passes/deleteItems';
import { descend } from '../../../../src/shrink/passes/descend';
import { descendTurned } from '../../../../src/shrink/passes/descendTurned';
import { flipSigns } from '../../../../src/shrink/passes/flipSigns';
import { joinAllLists, joinLists } from '../../../../src/shrink/passes/joinLists';
import { lowerSelectors } from '../../../../src/shrink/passes/lowerSelectors';
import { lowerTogether } from '../../../../src/shrink/passes/lowerTogether';
import { mergeItems } from '../../../../src/shrink/passes/mergeItems';
import { minimizeEqual } from '../../../../src/shrink/passes/minimizeEqual';
import { minimizeValues } from '../../../../src/shrink/passes/minimizeValues';
import { plainChars } from '../../../../src/shrink/passes/plainChars';
import { redistribute } from '../../../../src/shrink/passes/redistribute';
import { reencode } from '../../../../src/shrink/passes/reencode';
import { relabel } from '../../../../src/shrink/passes/relabel';
import { roundDoubles } from '../../../../src/shrink/passes/roundDoubles';
import { simplestInput } from '../../../../src/shrink/passes/simplestInput';
import { simplestSpans } from '../../../../src/shrink/passes/simplestSpans';
import { sortSiblings } from '../../../../src/shrink/passes/sortSiblings';
import { unbias } from '../../../../src/shrink/passes/unbias';
import { withoutTexts } from '../../../../src/choice/choices';
import { choices } from '../../choice/notation';

const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof({ depthSize: 'medium' }, fc.nat(9), fc.tuple(tie('tree'), tie('tree'))),
}));
const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);

/** With which `fc.double` without NaN and infinities generates the value. */
function choiceFor(value: number): bigint {
  const largest = indexOfDouble(Number.MAX_VALUE);
  return doubleOrderOf(-largest - 1n, largest)!.toChoice(indexOfDouble(value));
}

/** A pass, a property that fails for the input made by `from`, and what that pass alone makes of it. */
const CASES: readonly (readonly [pass: typeof descend, property: object, from: string, to: string])[] = [
  [simplestInput, fc.property(fc.nat(), fc.nat(), () => false), '7 8', '0 0'],
  [simplestInput, fc.property(fc.array(fc.nat()), (list) => list.length < 2), '3 7 8 9', '3 0 0 0'],
  [unbias, fc.property(fc.nat(99), (n) => n < 5), 'biased 0 50', '50'],
  [
    unbias,
    fc.property(
      fc.nat(99).map((n) => n),
      (n) => n < 3,
    ),
    'biased 1 -1 5',
    '5',
  ],
  [descend, fc.property(tree, (value) => !JSON.stringify(value).includes('[7')), '1 0 3 1 0 7 0 8', '1 0 7 0 8'],
  [
    descendTurned,
    fc.property(tree, (value) => !['[1,[3,7]]', '[7,3]'].includes(JSON.stringify(value))),
    '1 0 1 1 0 3 0 7',
    '1 0 7 0 3',
  ],
  [deleteItems, fc.property(fc.array(fc.nat(9)), (list) => !list.includes(7)), '5 1 2 7 3 4', '1 7'],
  [
    deleteItems,
    fc.property(
      fc.nat(9).chain((n) => fc.array(fc.nat(9), { minLength: n, maxLength: n })),
      (list) => !list.includes(7),
    ),
    '4 4 1 7 2 3',
    '1 1 7',
  ],
  [
    joinLists,
    fc.property(fc.array(fc.array(fc.nat(9))), (lists) => lists.flat().length < 3),
    '2 1 5 2 6 7',
    '1 3 5 6 7',
  ],
  [
    joinAllLists,
    fc.property(fc.array(fc.array(fc.nat(9))), (lists) => ![3, 1].includes(lists.length)),
    '3 1 5 0 2 6 7',
    '1 3 5 6 7',
  ],
  [reencode, fc.property(fc.oneof(fc.nat(99), fc.constantFrom(50, 60)), () => false), '1 1', '0 60'],
  [plainChars, fc.property(fc.string({ unit: 'binary' }), (text) => text.toLowerCase() === text), '1 200', '1 69'],
  [simplestSpans, fc.property(fc.array(fc.nat(9)), fc.nat(9), (_list, n) => n < 5), '3 7 8 9 6', '0 6'],
  [simplestSpans, fc.property(fc.tuple(fc.nat(9), fc.nat(9)), fc.nat(9), (_pair, n) => n < 5), '7 8 6', '0 0 6'],
  [lowerSelectors, fc.property(fc.oneof(fc.nat(9), fc.tuple(fc.nat(9), fc.nat(9))), () => false), '1 7 8', '0 0'],
  [
    lowerSelectors,
    fc.property(fc.oneof(fc.array(fc.nat(9)), fc.nat(9)), (v) => !String(v).includes('7')),
    '0 1 7',
    '1 7',
  ],
  [
    deleteBlocks,
    fc.property(
      fc.nat(9).filter((n) => n > 3),
      () => false,
    ),
    '0 1 2 5',
    '5',
  ],
  [flipSigns, fc.property(fc.integer(), fc.integer(), (a, b) => a * b <= 0), '-5 -7', '5 7'],
  [
    roundDoubles,
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => !(x > 1.2)),
    `${choiceFor(1.7)}n`,
    '2n',
  ],
  [minimizeEqual, fc.property(fc.nat(99), fc.nat(99), (a, b) => a < 10 || a !== b), '50 50', '10 10'],
  [minimizeValues, fc.property(fc.nat(999), fc.integer(), (a, b) => a < 123 || b > -45), '900 -800', '123 -45'],
  [lowerTogether, fc.property(fc.nat(99), fc.nat(99), (a, b) => b - a !== 11), '30 41', '0 11'],
  [redistribute, fc.property(fc.nat(99), fc.nat(99), (a, b) => a + b !== 60), '30 30', '0 60'],
  [
    sortSiblings,
    fc.property(fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9)), (list) => new Set(list).size < 3),
    '2 0 1',
    '0 1 2',
  ],
  [sortSiblings, fc.property(fc.tuple(fc.nat(9), fc.nat(9)), fc.nat(9), ([a, b], _n) => a + b !== 9), '7 2 5', '2 7 5'],
  [
    relabel,
    fc.property(fc.array(fc.nat(9)), (list) => new Set(list).size < 2 || list.length < 4),
    '4 2 5 5 5',
    '4 2 2 2 5',
  ],
  [
    deleteAndReindex,
    fc.property(fc.array(fc.nat(9)), (list) => !list.some((to, from) => to !== from && list[to] === from)),
    '3 0 2 1',
    '2 1 0',
  ],
  [mergeItems, fc.property(fc.array(fc.nat(99)), (list) => sum(list) !== 60), '3 10 20 30', '1 60'],
];

test.each(CASES.map(([pass, property, from, to]) => ({ name: pass.name, property, from, to, pass })))(
  '$name makes $to of $from',
  ({ pass, property, from, to }) => {
    const runner = new InputRunner(property, { random: new Random(1) });
    runner.generate({ type: 'replay', choices: choices(from), tail: 'stop' }, true);
    expect(runner.execute()).toMatchObject({ status: 'failed' });
    const attempts = new Attempts(runner.recording(), 1000);
    const steps = pass(attempts);
    for (let step = steps.next(); step.done !== true;) {
      runner.generate({ type: 'replay', choices: step.value, tail: 'simplest' }, true);
      const { status } = runner.execute() as { status: string };
      step = steps.next({ interesting: status === 'failed', recording: runner.recording() });
    }
    expect(withoutTexts(attempts.best.choices)).toEqual(choices(to));
  },
);
