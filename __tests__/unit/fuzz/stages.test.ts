import { expect, test } from '@jest/globals';
import type { Choices } from '../../../src/choice/choices';
import { Random } from '../../../src/choice/random';
import type { Comparison } from '../../../src/coverage/comparisons/comparison';
import { Stages, type Stage } from '../../../src/fuzz/stages';

function stage(name: number, count: number, left = count): Stage {
  const candidates = Array.from({ length: count }, (_, index): Choices => ({
    biased: false,
    values: [name, index],
    forks: [],
  }));
  return { candidates: candidates.values(), left, arm: name, isFromState: false };
}

/** Asks `times` times: the names of the stages that the candidates came from, or `-`. */
function asked(stages: Stages, times: number): string {
  return Array.from({ length: times }, () => stages.next()?.arm ?? '-').join('');
}

test('the first candidates of a pressing stage come at once, then a few among all else', () => {
  const stages = new Stages(new Random(1));
  stages.add(stage(1, 1000), true);
  expect(asked(stages, 4)).toBe('1111');
  const later = asked(stages, 1000).replaceAll('-', '').length;
  expect(later).toBeGreaterThan(100);
  expect(later).toBeLessThan(400);
});

test('stages that pay come more often', () => {
  const share = (isStaged: boolean): number => {
    const stages = new Stages(new Random(1));
    stages.add(stage(1, 10_000), false);
    for (let round = 0; round < 1000; round += 1) if ((stages.next() !== null) === isStaged) stages.reward(isStaged, 1);
    return asked(stages, 1000).replaceAll('-', '').length;
  };
  expect(share(true)).toBeGreaterThan(500);
  expect(share(false)).toBeLessThan(300);
});

test('the newest stage goes first, the others follow', () => {
  const stages = new Stages(new Random(2));
  stages.add(stage(1, 3), true);
  stages.add(stage(2, 2), true);
  expect(asked(stages, 100).replaceAll('-', '')).toBe('22111');
  expect(stages.next()).toBeNull();
});

test('a stage ends when as many were taken as it is worth', () => {
  const stages = new Stages(new Random(3));
  stages.add(stage(1, 50, 2), true);
  expect(asked(stages, 200).replaceAll('-', '')).toBe('11');
});

test('candidates keep their order and what they count for', () => {
  const stages = new Stages(new Random(4));
  stages.add(stage(7, 2), true);
  expect(stages.next()).toMatchObject({ arm: 7, choices: { values: [7, 0] } });
  expect(stages.next()).toMatchObject({ arm: 7, choices: { values: [7, 1] } });
});

test('of very many stages the oldest are dropped', () => {
  const stages = new Stages(new Random(5));
  for (let name = 0; name < 300; name += 1) stages.add(stage(name, 1), true);
  const names = Array.from({ length: 3000 }, () => stages.next()?.arm).filter((arm) => arm !== undefined);
  expect(names).toHaveLength(256);
  expect(Math.min(...names.map(Number))).toBe(44);
});

test('comparisons whose operands were tried least come first', () => {
  const stages = new Stages(new Random(6));
  const comparison = (site: number, right: unknown): Comparison =>
    ({ site, op: '===', left: 'x', right }) as Comparison;
  const [a, b, c] = [comparison(1, 'a'), comparison(1, 'b'), comparison(2, 5)];
  expect([...stages.leastTried([a, b])]).toEqual([a, b]);
  expect([...stages.leastTried([a])]).toEqual([a]);
  expect([...stages.leastTried([a, b, c])]).toEqual([c, b, a]);
});
