import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeChoices, encodeChoices } from '../../../src/choice/encoding';
import { mergeDictionaries } from '../../../src/mutate/dictionary';
import { replace } from '../../../src/mutate/edit';
import { mutate, MUTATORS } from '../../../src/mutate/mutate';
import type { Mutator } from '../../../src/mutate/mutator';
import { Chooser } from '../../../src/schedule/chooser';
import { Player } from './player';

const ARBITRARIES: readonly [string, fc.Arbitrary<unknown>][] = [
  ['integers', fc.tuple(fc.integer(), fc.nat(3))],
  ['strings in records', fc.record({ a: fc.string(), b: fc.array(fc.string()) })],
  ['doubles and bigints', fc.tuple(fc.double(), fc.bigInt())],
  ['json', fc.json()],
  ['chains', fc.nat(9).chain((n) => fc.array(fc.nat(n), { minLength: n }))],
];

const WORDS = {
  strings: ['word', 'key'],
  numbers: [7, 1e9],
  bigints: [12n],
  keys: ['name'],
  patterns: [{ source: '^[a-c]{3}-\\d+$', flags: '' }],
  operands: { strings: ['operand'], numbers: [4711] },
  proven: ['proven'],
};

const NAMES = Object.keys(MUTATORS) as (keyof typeof MUTATORS)[];
const ALL: readonly Mutator[] = Object.values(MUTATORS);

function anyOperator(): Chooser {
  return new Chooser({ guesses: NAMES.map(() => 1), floor: 1 / NAMES.length });
}

describe('mutate', () => {
  test.each(ARBITRARIES)('every mutant of %s can be encoded and replayed', (_name, arbitrary) => {
    const player = new Player(arbitrary);
    const chooser = anyOperator();
    let subject = player.draw();
    let mutants = 0;
    for (let round = 0; round < 300; round += 1) {
      const mutant = mutate(subject, player.context(subject, WORDS), ALL, chooser);
      if (mutant === null) continue;
      mutants += 1;
      const { choices, operators } = mutant;
      expect(decodeChoices(encodeChoices(choices))).toEqual(choices);
      expect(operators.every((operator) => operator >= 0 && operator < ALL.length)).toBe(true);
      expect(new Set(operators).size).toBe(operators.length);
      player.replay(choices);
      subject = round % 10 === 0 ? player.draw() : player.subject();
    }
    expect(mutants).toBeGreaterThan(250);
  });

  test('changes one place half of the time, and up to six', () => {
    const player = new Player(fc.array(fc.nat(1e6), { minLength: 40, maxLength: 40 }));
    const subject = player.of(Array.from({ length: 40 }, () => 5));
    const chooser = new Chooser({ guesses: [1], floor: 1 });
    const changes: number[] = [];
    for (let round = 0; round < 400; round += 1) {
      const mutant = mutate(subject, player.context(subject), [MUTATORS.changeValue], chooser);
      if (mutant === null) continue;
      const changed = (player.replay(mutant.choices) as number[]).filter((item) => item !== 5).length;
      if (changed <= 6) changes.push(changed);
    }
    expect(Math.max(...changes)).toBe(6);
    expect(changes.filter((count) => count === 1).length / changes.length).toBeGreaterThan(0.35);
    expect(changes.filter((count) => count === 1).length / changes.length).toBeLessThan(0.65);
  });

  test('is null when no operator applies', () => {
    const player = new Player(fc.constant('always'));
    const subject = player.draw();
    expect(mutate(subject, player.context(subject, WORDS), ALL, anyOperator())).toBeNull();
  });

  test('tells which words it put in', () => {
    const player = new Player(fc.string());
    const subject = player.of('abc');
    const chooser = new Chooser({ guesses: [1], floor: 1 });
    const words = { ...WORDS, proven: ['proven'] };
    const mutants = Array.from({ length: 100 }, () =>
      mutate(subject, player.context(subject, words), [MUTATORS.useWord], chooser),
    );
    const withProven = mutants.filter((mutant) => mutant?.words.includes('proven'));
    expect(withProven.length).toBeGreaterThan(0);
    expect(player.replay(withProven[0]!.choices)).toContain('pr');
  });
});

test('fillGap puts another text, with its own gaps filled, where an input may hold anything', () => {
  const player = new Player(fc.string());
  const donor = player.of('[,]');
  donor.gaps = [{ list: donor.lists[0]!, from: 1, count: 1 }];
  const subject = player.of('(a)=>0');
  subject.gaps = [{ list: subject.lists[0]!, from: 1, count: 1 }];
  const texts = new Set<unknown>();
  for (let round = 0; round < 300; round += 1) {
    const edit = MUTATORS.fillGap(subject, player.context(donor, WORDS));
    if (edit !== null) texts.add(player.replay(subject.edited([edit])));
  }
  expect([...texts]).toEqual(expect.arrayContaining(['([,])=>0', '([[,]])=>0', '([[[,]]])=>0', '(proven)=>0']));
  expect([...texts].every((text) => /^\(.+\)=>0$/.test(String(text)))).toBe(true);
});

describe('each operator', () => {
  const shape = fc.record({
    name: fc.string(),
    tags: fc.array(fc.string()),
    nested: fc.array(fc.array(fc.nat())),
    number: fc.double(),
    big: fc.bigInt(),
  });

  test.each(NAMES)('%s makes edits of what is there, which can be replayed', (name) => {
    const player = new Player(shape);
    const other = player.draw();
    const results = new Set<string>();
    let edits = 0;
    for (let round = 0; round < 150; round += 1) {
      const subject = player.draw();
      subject.gaps = subject.lists.map((list) => ({ list, from: 0, count: list.items.length }));
      const before = fc.stringify(player.last);
      const edit = MUTATORS[name](subject, player.context(other, WORDS));
      if (edit === null) continue;
      edits += 1;
      const { nodes } = subject.tracks[edit.track]!.track;
      expect(edit.start).toBeGreaterThanOrEqual(0);
      expect(edit.start + edit.count).toBeLessThanOrEqual(nodes.length);
      const choices = subject.edited([edit]);
      expect(decodeChoices(encodeChoices(choices))).toEqual(choices);
      // A number in the place of a length may ask for more than an input can have.
      if (!player.canReplay(choices)) continue;
      const after = fc.stringify(player.last);
      if (after !== before) results.add(after);
    }
    // Words are mostly offered to lengths, and strings are few.
    expect(edits).toBeGreaterThan(15);
    // Some change nothing, for example where two equal things change places.
    expect(results.size).toBeGreaterThan(15);
  });

  test.each(['word', 'operand', 'proven', '__proto__'])('useWord brings %s into a string', (word) => {
    const player = new Player(fc.string({ minLength: 1 }));
    const subject = player.of('x');
    const made = new Set<unknown>();
    for (let round = 0; round < 6000; round += 1) {
      const edit = MUTATORS.useWord(subject, player.context(subject, WORDS));
      if (edit !== null) made.add(player.replay(subject.edited([edit])));
    }
    expect(made).toContain(word);
    expect(made.has(`x${word}`) || made.has(`${word}x`)).toBe(true);
  });

  test('useWord brings in what a pattern matches', () => {
    const player = new Player(fc.string());
    const subject = player.of('');
    const made: unknown[] = [];
    for (let round = 0; round < 100; round += 1) {
      const edit = MUTATORS.useWord(subject, player.context(subject, WORDS));
      if (edit !== null) made.push(player.replay(subject.edited([edit])));
    }
    expect(made.filter((text) => /^[a-c]{3}-\d+$/.test(String(text))).length).toBeGreaterThan(3);
  });
});

describe('lists', () => {
  test('changeList keeps to legal lengths, and reaches beyond what fast-check draws', () => {
    const player = new Player(fc.array(fc.nat(), { minLength: 2, maxLength: 40 }));
    const lengths = new Set<number>();
    let subject = player.draw();
    for (let round = 0; round < 600; round += 1) {
      // Lists mostly grow: what is short is begun again with.
      if (round % 100 === 0) subject = player.of([1, 2, 3]);
      const edit = MUTATORS.changeList(subject, player.context(subject));
      if (edit === null) continue;
      lengths.add((player.replay(subject.edited([edit])) as unknown[]).length);
      expect(player.isAligned).toBe(true);
      subject = player.subject();
    }
    expect(Math.min(...lengths)).toBe(2);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(40);
    expect(Math.max(...lengths)).toBeGreaterThan(12);
  });

  test('spliceList takes runs of items from elsewhere, and keeps to legal lengths', () => {
    const player = new Player(fc.array(fc.nat(9), { minLength: 2, maxLength: 7 }));
    const donor = player.of([7, 8, 9]);
    const subject = player.of([1, 2, 3, 4]);
    const made = new Set<string>();
    for (let round = 0; round < 500; round += 1) {
      const edit = MUTATORS.spliceList(subject, player.context(donor));
      if (edit === null) continue;
      const list = player.replay(subject.edited([edit])) as number[];
      expect(player.isAligned).toBe(true);
      expect(list.length).toBeGreaterThanOrEqual(2);
      expect(list.length).toBeLessThanOrEqual(7);
      expect(list.some((item) => item > 4)).toBe(true);
      made.add(list.join(''));
    }
    // At the end, in between, in the place of something.
    expect(made).toContain('1234789');
    expect(made).toContain('178234');
    expect(made).toContain('1784');
  });

  test('spliceList never mixes items of different sorts', () => {
    const player = new Player(fc.tuple(fc.array(fc.nat(9)), fc.array(fc.integer({ min: 100, max: 109 }))));
    const donor = player.of([[], [105, 106]]);
    const subject = player.of([[1, 2], []]);
    let edits = 0;
    for (let round = 0; round < 200; round += 1) {
      const edit = MUTATORS.spliceList(subject, player.context(donor));
      if (edit === null) continue;
      edits += 1;
      const [small, large] = player.replay(subject.edited([edit])) as [number[], number[]];
      expect(small).toEqual([1, 2]);
      expect(large.every((item) => item >= 100)).toBe(true);
    }
    expect(edits).toBeGreaterThan(0);
  });
});

describe('an edited subject', () => {
  const player = new Player(fc.array(fc.nat(9), { minLength: 6, maxLength: 6 }));
  const subject = player.of([0, 1, 2, 3, 4, 5]);
  // A list of fixed length has a forced choice for it, which comes first.
  const [first] = subject.nodes.filter(({ node }) => node.value === 0);
  const edit = (item: number, count: number, ...values: number[]) => replace(0, first!.at + item, count, values);
  const edited = (...edits: ReturnType<typeof edit>[]): unknown => player.replay(subject.edited(edits));

  test('has all edits, whatever their order', () => {
    expect(edited(edit(1, 1, 9), edit(4, 2, 8, 7))).toEqual([0, 9, 2, 3, 8, 7]);
    expect(edited(edit(4, 2, 8, 7), edit(1, 1, 9))).toEqual([0, 9, 2, 3, 8, 7]);
  });

  test('has edits that shift others in their own places', () => {
    expect(edited(edit(0, 2, 9), edit(3, 1, 8, 8))).toEqual([9, 2, 8, 8, 4, 5]);
  });

  test.each([
    ['the same', edit(2, 1, 9), edit(2, 1, 8), [0, 1, 9, 3, 4, 5]],
    ['inside', edit(1, 3, 9, 9, 9), edit(2, 1, 8), [0, 9, 9, 9, 4, 5]],
    ['around', edit(2, 1, 9), edit(1, 3, 8, 8, 8), [0, 1, 9, 3, 4, 5]],
    ['across', edit(1, 2, 9, 9), edit(2, 2, 8, 8), [0, 9, 9, 3, 4, 5]],
  ])('has the first of two that overlap: %s', (_name, one, two, expected) => {
    expect(edited(one, two)).toEqual(expected);
  });

  test('is the input itself without edits', () => {
    expect(subject.edited([])).toEqual(subject.recording.choices);
  });
});

test('mergeDictionaries keeps every word once', () => {
  const words = { strings: ['a'], numbers: [1], bigints: ['5'], keys: ['k'], patterns: [], members: [] };
  const merged = mergeDictionaries([
    { ...words, patterns: [{ source: 'x', flags: '' }] },
    {
      ...words,
      strings: ['b', 'a'],
      patterns: [
        { source: 'x', flags: '' },
        { source: 'x', flags: 'i' },
      ],
    },
  ]);
  expect(merged).toMatchObject({ strings: ['a', 'b'], numbers: [1], bigints: [5n], keys: ['k'] });
  expect(merged.patterns).toHaveLength(2);
});
