import { describe, expect, test } from '@jest/globals';
import { withoutTexts } from '../../../src/choice/choices';
import { Random } from '../../../src/choice/random';
import { InputRunner } from '../../../src/property/inputRunner';
import { tracksOf, withValues, type Recording, type Track } from '../../../src/property/recording';
import { choices } from '../choice/notation';
import { FAST_CHECK_VERSIONS } from './fastCheckVersions';

function record(property: object, text: string): Recording {
  const runner = new InputRunner(property, { random: new Random(1) });
  runner.generate({ type: 'replay', choices: choices(text), tail: 'stop' }, true);
  void runner.execute();
  expect(runner.tape.isOverrun).toBe(false);
  return runner.recording();
}

/** `role:min..max=value` of each choice. */
function nodesOf({ nodes }: Track): string {
  return nodes.map(({ role, min, max, value }) => `${role}:${min}..${max}=${value}`).join(' ');
}

/** `start-end value` of each span, by nesting. */
function spansOf({ spans }: Track): string[] {
  const depth = (parent: number): number => (parent === -1 ? 0 : 1 + depth(spans[parent]!.parent));
  return spans.map(
    ({ start, end, parent, value, list }) =>
      `${'. '.repeat(depth(parent))}${start}-${end} ${JSON.stringify(value)}${list === null ? '' : ` list ${list.minLength}..`}`,
  );
}

describe.each(FAST_CHECK_VERSIONS)('a recording with fast-check $name', ({ fc }) => {
  test('knows ranges and roles', () => {
    const arbitraries = [fc.array(fc.nat(9), { maxLength: 4 }), fc.oneof(fc.constant('x'), fc.boolean())] as const;
    const { main } = record(
      fc.property(...arbitraries, () => {}),
      '2 7 8 1 1',
    );
    const boolean = nodesOf({ ...main, nodes: main.nodes.slice(4) });
    expect(nodesOf({ ...main, nodes: main.nodes.slice(0, 4) })).toBe(
      'length:0..4=2 value:0..9=7 value:0..9=8 selector:0..1=1',
    );
    expect(boolean).toMatch(/^(?:value|index):0\.\.1=1$/);
  });

  test('knows coins only when biased', () => {
    const property = fc.property(fc.nat(9), () => {});
    expect(nodesOf(record(property, 'biased 0 5').main)).toBe('coin:0..1=0 value:0..9=5');
    expect(nodesOf(record(property, '5').main)).toBe('value:0..9=5');
  });

  test('has spans with values, also of arbitraries that a chain builds', () => {
    const property = fc.property(
      fc.nat(3).chain((n) => fc.array(fc.nat(9), { minLength: n, maxLength: n })),
      () => {},
    );
    const spans = spansOf(record(property, '2 2 7 8').main);
    expect(spans).toContainEqual(expect.stringMatching(/ 1-4 \[7,8\] list 2\.\.$/));
    expect(spans).toContainEqual(expect.stringMatching(/ 3-4 8$/));
    expect(spans[0]).toBe('0-4 [[7,8]]');
  });

  test('knows its texts, with spans or without', () => {
    const check = (arbitrary: unknown, text: string): void => {
      const runner = new InputRunner(
        fc.property(arbitrary as ReturnType<typeof fc.nat>, () => {}),
        { random: new Random(1) },
      );
      for (const recordsSpans of [false, true]) {
        runner.generate({ type: 'replay', choices: withoutTexts(choices(text)), tail: 'stop' }, recordsSpans);
        expect([runner.tape.isOverrun, runner.tape.misaligned]).toEqual([false, 0]);
        expect(runner.choices()).toEqual(choices(text));
        expect(runner.recording().choices).toEqual(choices(text));
      }
    };
    check(fc.tuple(fc.nat(9), fc.string(), fc.nat(9), fc.string()), '5 [2 65 66] 6 [1 67]');
    // An empty one is a single choice.
    check(fc.array(fc.string()), '3 [1 65] 0 [2 66 67]');
    check(fc.tuple(fc.array(fc.nat(9)), fc.uint8Array()), '2 3 4 [2 200 201]');
    check(fc.tuple(fc.uint16Array(), fc.tuple(fc.nat(9), fc.nat(9)).map(String)), '2 3 4 5 6');
    // What is made of texts and is a text itself is one.
    check(
      fc.array(fc.string()).map((parts) => parts.join()),
      '[2 1 65 2 66 67]',
    );
    check(fc.tuple(fc.clone(fc.string(), 2), fc.string()), '[2 65 66] [1 67]');
    check(fc.string(), 'biased [0 2 65 66]');
  });

  test('has the tracks of what is drawn lazily', () => {
    const property = fc.property(fc.nat(), fc.infiniteStream(fc.nat(9)), fc.infiniteStream(fc.nat(9)), (_n, _a, b) => {
      b.next();
      b.next();
    });
    const recording = record(property, '5 - (6 7)');
    expect(tracksOf(recording).map(({ path, track }) => [path, nodesOf(track)])).toEqual([
      [[], 'value:0..2147483647=5'],
      [[1], 'value:0..9=6 value:0..9=7'],
    ]);
    expect(spansOf(recording.main.forks[1]!)).toEqual(['0-1 6', '1-2 7']);
    expect(recording.choices).toEqual(choices('5 - (6 7)'));
  });

  test('knows the texts of what is drawn lazily', () => {
    const property = fc.property(fc.infiniteStream(fc.string()), (texts) => {
      texts.next();
      texts.next();
    });
    expect(record(property, '(1 65 2 66 67)').choices).toEqual(choices('([1 65] [2 66 67])'));
  });
});

test('withValues replaces the values of one track', () => {
  const sequence = choices('biased 1 (2) - (3 (4))');
  expect(withValues(sequence, [], [9])).toEqual(choices('biased 9 (2) - (3 (4))'));
  expect(withValues(sequence, [2, 0], [9, 8])).toEqual(choices('biased 1 (2) - (3 (9 8))'));
  expect(withValues(sequence, [1], [7])).toEqual(choices('biased 1 (2) (7) (3 (4))'));
  // Which of the new ones are texts is not known unless it is said.
  expect(withValues(choices('[1 2] ([3 4])'), [], [1, 2])).toEqual(choices('1 2 ([3 4])'));
  expect(withValues(choices('[1 2] ([3 4])'), [0], [5, 6, 7], [1, 3])).toEqual(choices('[1 2] (5 [6 7])'));
});
