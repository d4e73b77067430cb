import * as fc from 'fast-check';

/** A property with several bugs, of which shrinking one is likely to meet others. */
export interface SeveralBugs {
  readonly name: string;
  readonly property: object;
  readonly origins: number;
}

const number = fc.double({ noNaN: true, noDefaultInfinity: true });

/** The properties are small, so that a thousand shrinks are a test. */
export const SEVERAL_BUGS: readonly SeveralBugs[] = [
  {
    name: 'the mean lies between the smallest and the largest',
    property: fc.property(fc.array(number), (list) => {
      if (list.length === 0) throw new RangeError('empty');
      const mean = list.reduce((a, b) => a + b, 0) / list.length;
      if (mean < Math.min(...list)) throw new Error('below');
      if (mean > Math.max(...list)) throw new Error('above');
    }),
    origins: 3,
  },
  {
    name: 'four bugs of different rarity',
    property: fc.property(fc.array(fc.integer()), fc.nat(1000), (list, k) => {
      if (k === 17) throw new TypeError('a rare number');
      if (k > 500) throw new TypeError('a large number');
      if (list.length > 3) throw new RangeError('a long list');
      if (list.some((item) => item < -1000)) throw new Error('a negative item');
    }),
    origins: 4,
  },
  {
    name: 'a rare bug on whose way to simple there is a common one',
    property: fc.property(fc.integer(), (n) => {
      if (n > 1_000_000) throw new Error('huge');
      if (n > 1000) throw new Error('large');
      if (n > 10) throw new Error('not small');
    }),
    origins: 3,
  },
  {
    name: 'two bugs in one helper that count as one, a cause, and what is no error',
    property: fc.property(fc.string(), fc.array(fc.constantFrom('+', '-', '(', ')', '1')), (text, tokens) => {
      check(text.length < 6);
      check(tokens.filter((token) => token === '(').length >= tokens.filter((token) => token === ')').length);
      if (tokens.at(-1) === '+') throw new Error('operand expected', { cause: new SyntaxError('at the end') });
      if (tokens[0] === ')') throw 'closed before it was opened';
    }),
    origins: 3,
  },
  {
    name: 'trees',
    property: fc.property(treeOf(), (tree) => {
      const leaves = leavesOf(tree);
      if (leaves.length > 6) throw new RangeError('many leaves');
      if (leaves.includes(7) && leaves.length > 1) throw new RangeError('a seven among others');
      if (leaves.length === 3 && leaves[0]! > leaves[2]!) throw new TypeError('out of order');
      return leaves[0] !== 9;
    }),
    origins: 4,
  },
];

function check(isGood: boolean): void {
  if (!isGood) throw new Error('check failed');
}

type Tree = number | readonly [Tree, Tree];

function treeOf(): fc.Arbitrary<Tree> {
  return fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof({ depthSize: 'medium' }, fc.nat(9), fc.tuple(tie('tree'), tie('tree'))),
  })).tree;
}

function leavesOf(tree: Tree): number[] {
  return typeof tree === 'number' ? [tree] : tree.flatMap(leavesOf);
}
