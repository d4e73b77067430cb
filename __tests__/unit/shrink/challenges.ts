import type * as fastCheck from 'fast-check';

type FastCheck = typeof fastCheck;
type Property = fastCheck.IRawProperty<unknown>;

/** A failing property with the simplest inputs that fail, as fast-check prints them. */
export interface Challenge {
  readonly name: string;
  readonly property: Property;
  /** The same property, asynchronous. */
  readonly asyncProperty: Property;
  readonly isMinimal: (text: string) => boolean;
  /** Most evaluations that shrinking may take. */
  readonly maxEvaluations: number;
}

/**
 * The shrinking challenge (jlink/shrinking-challenge) as fast-check states it, and some of our own. The properties
 * are rewritten here from their descriptions.
 */
export function challengesOf(fc: FastCheck): readonly Challenge[] {
  const made: Challenge[] = [];
  const add = <T extends [unknown, ...unknown[]]>(
    name: string,
    arbitraries: { [K in keyof T]: fastCheck.Arbitrary<T[K]> },
    predicate: (...args: T) => boolean | void,
    isMinimal: readonly string[] | ((text: string) => boolean),
    maxEvaluations: number,
  ): void => {
    made.push({
      name,
      property: fc.property(...arbitraries, predicate),
      asyncProperty: fc.asyncProperty(...arbitraries, async (...args: T) => {
        await Promise.resolve();
        if (predicate(...args) === false) throw new Error('false');
      }),
      isMinimal: typeof isMinimal === 'function' ? isMinimal : (text) => isMinimal.includes(text),
      maxEvaluations,
    });
  };
  const positive = fc.integer({ min: 1, max: 1_000_000 });
  const short = fc
    .array(fc.integer({ min: -32_768, max: 32_767 }), { maxLength: 1 })
    .filter((list) => list.reduce(add16, 0) < 256);

  add(
    'bound5',
    [fc.tuple(short, short, short, short, short)],
    (lists) => lists.flat().reduce(add16, 0) < 5 * 256,
    (text) => sortedNumbers(text).join() === '-32768,-1',
    1000,
  );
  add(
    'large union list',
    [fc.array(fc.array(fc.integer()))],
    (lists) => new Set(lists.flat()).size < 5,
    (text) => /^\[\[\[[^[\]]*\]\]\]$/.test(text) && ['-2,-1,0,1,2', '0,1,2,3,4'].includes(sortedNumbers(text).join()),
    600,
  );
  add(
    'reverse',
    [fc.array(fc.integer())],
    (list) => list.toReversed().join() === list.join(),
    ['[[0,1]]', '[[1,0]]'],
    100,
  );
  add(
    'coupling',
    [fc.array(fc.nat(10))],
    (list) => {
      fc.pre(list.every((value) => value < list.length));
      return !list.some((value, index) => value !== index && list[value] === index);
    },
    ['[[1,0]]'],
    300,
  );
  add(
    'nested lists',
    [fc.array(fc.array(fc.constant(0), { maxLength: 20 }))],
    (lists) => lists.flat().length <= 10,
    [`[[[${Array.from({ length: 11 }, () => 0).join()}]]]`],
    150,
  );
  add(
    'distinct',
    [fc.array(fc.integer())],
    (list) => new Set(list).size < 3,
    (text) => ['-1,0,1', '0,1,2'].includes(sortedNumbers(text).join()),
    200,
  );
  add(
    'deletion',
    [fc.array(fc.integer()), fc.nat(10)],
    (list, index) => {
      fc.pre(index < list.length);
      return !list.toSpliced(index, 1).includes(list[index]!);
    },
    ['[[0,0],0]'],
    150,
  );
  add('difference zero', [positive, positive], (x, y) => x < 10 || x !== y, ['[10,10]'], 200);
  add(
    'difference small',
    [positive, positive],
    (x, y) => x < 10 || Math.abs(x - y) < 1 || Math.abs(x - y) > 4,
    ['[10,6]'],
    200,
  );
  add('difference one', [positive, positive], (x, y) => x < 10 || Math.abs(x - y) !== 1, ['[10,9]'], 200);
  add(
    'length list',
    [fc.integer({ min: 1, max: 100 }).chain((n) => fc.array(fc.nat(1000), { minLength: n, maxLength: n }))],
    (list) => Math.max(...list) < 900,
    ['[[900]]'],
    250,
  );
  add(
    'binary heap',
    [heapOf(fc)],
    (heap) => {
      fc.pre(isHeap(heap));
      const wrong = wronglySorted(heap);
      return wrong.join() === [...wrong].sort((a, b) => a - b).join();
    },
    (text) => sortedNumbers(text).length === 4 && sortedNumbers(text).every((value) => Math.abs(value) <= 1),
    4000,
  );
  add(
    'calculator',
    [expressionOf(fc)],
    (expression) => {
      fc.pre(hasNoLiteralZeroDivision(expression));
      evaluate(expression);
    },
    ['[["/",0,["/",0,1]]]', '[["/",0,["+",0,0]]]', '[["/",0,["/",0,-1]]]'],
    400,
  );
  add(
    'double',
    [fc.double({ noNaN: true, noDefaultInfinity: true })],
    (value) => !(value >= 1.5),
    ['[1.5]', '[2]'],
    250,
  );
  add('letter', [fc.string({ maxLength: 30 })], (text) => !/[x-z]/.test(text), ['["x"]'], 150);
  add(
    'sum',
    [fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: -1000, max: 1000 })],
    (a, b) => a + b > -250,
    ['[0,-250]', '[-250,0]'],
    200,
  );
  if ('gen' in fc) {
    add(
      'drawn while running',
      [fc.gen(), fc.nat(100)],
      (gen, n) => {
        const a = gen(fc.nat, { max: 1000 });
        const b = gen(fc.nat, { max: 1000 });
        return a + n < 500 || b < 7;
      },
      ['[[500,7],0]'],
      300,
    );
  }
  return made;
}

function sortedNumbers(text: string): number[] {
  return (text.match(/-?\d+/g) ?? []).map(Number).sort((a, b) => a - b);
}

/** Addition that wraps at 16 bits. */
function add16(a: number, b: number): number {
  return ((a + b) << 16) >> 16;
}

type Heap = null | readonly [number, Heap, Heap];

function heapOf(fc: FastCheck): fastCheck.Arbitrary<Heap> {
  return fc.letrec<{ heap: Heap; node: Heap }>((tie) => ({
    heap: fc.oneof({ withCrossShrink: true, depthSize: 'small' }, fc.constant(null), tie('node')),
    node: fc.tuple(fc.integer(), tie('heap'), tie('heap')),
  })).heap;
}

function isHeap(heap: Heap): boolean {
  if (heap === null) return true;
  const [top, ...below] = heap;
  return below.every((child) => child === null || (child[0] >= top && isHeap(child)));
}

function toList(heap: Heap): number[] {
  const waiting: Heap[] = [heap];
  const values: number[] = [];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (next === null) continue;
    values.push(next[0]);
    waiting.push(next[1], next[2]);
  }
  return values;
}

function merge(a: Heap, b: Heap): Heap {
  if (a === null) return b;
  if (b === null) return a;
  return a[0] <= b[0] ? [a[0], merge(a[2], b), a[1]] : [b[0], merge(b[2], a), b[1]];
}

/** The bug: the rest of the heap is listed as it lies, where its smallest should be taken again and again. */
function wronglySorted(heap: Heap): number[] {
  return heap === null ? [] : [heap[0], ...toList(merge(heap[1], heap[2]))];
}

type Expression = number | readonly [string, Expression, Expression];

function expressionOf(fc: FastCheck): fastCheck.Arbitrary<Expression> {
  return fc.letrec<{ expression: Expression }>((tie) => ({
    expression: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.integer(),
      fc.tuple(fc.constant('+'), tie('expression'), tie('expression')),
      fc.tuple(fc.constant('/'), tie('expression'), tie('expression')),
    ),
  })).expression;
}

function hasNoLiteralZeroDivision(expression: Expression): boolean {
  if (typeof expression === 'number') return true;
  const [operator, left, right] = expression;
  return !(operator === '/' && right === 0) && hasNoLiteralZeroDivision(left) && hasNoLiteralZeroDivision(right);
}

function evaluate(expression: Expression): number {
  if (typeof expression === 'number') return expression;
  const [operator, left, right] = expression;
  const [a, b] = [evaluate(left), evaluate(right)];
  if (operator === '+') return a + b;
  if (b === 0) throw new Error('division by zero');
  return Math.floor(a / b);
}
