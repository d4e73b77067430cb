import { describe, expect, jest, test } from '@jest/globals';
import { makeProjects } from './project';

jest.setTimeout(120_000);

const project = makeProjects();

/** In TypeScript, so that lines are others in what runs. */
const CONFIG = (setup: string): string => `module.exports = {
  setupFilesAfterEnv: [${setup}],
  transform: { '^.+\\\\.ts$': '@swc/jest' },
  testRegex: '\\\\.test\\\\.[jt]s$',
};
`;

const CART = `export interface Item {
  cents: number;
  count: number;
}

export type Coupon = '' | 'NONE';

export function total(items: Item[], coupon: Coupon): number {
  let sum = 0;
  for (const { cents, count } of items) sum += cents * count;
  if (items.length > 2) sum = withGift(sum);
  return sum;
}

function withGift(sum: number): number {
  let gift = 0;
  if (sum > 5000) {
    gift = 500;
  }
  return sum - gift;
}
`;

const CART_TEST = `import fc from 'fast-check';
import { total, type Coupon } from './cart';

const item = fc.record({ cents: fc.nat(10_000), count: fc.nat(9) });

test('a total is that of the items', () => {
  fc.assert(
    fc.property(fc.array(item), fc.string(), fc.constantFrom<Coupon[]>('', 'NONE'), (items, note, coupon) => {
      const expected = items.reduce((sum, { cents, count }) => sum + cents * count, 0);
      expect(total(items, coupon)).toBe(expected);
    }),
  );
});
`;

/** Lines of the explanation in an output, from its title on. */
function explained(output: string): string[] {
  const lines = output.split('\n');
  const start = lines.findIndex((line) => line.trim().startsWith('Explained'));
  if (start < 0) return [];
  const indent = /^ */.exec(lines[start]!)![0].length;
  const after = lines.slice(start + 1);
  const end = after.findIndex((line) => /^ */.exec(line)![0].length <= indent);
  return [lines[start]!.trim(), ...after.slice(0, end).map((line) => line.trim())];
}

describe('a minimal failure is explained', () => {
  test('in the terminal and the report of a run, and when it is replayed', async () => {
    const made = project({ 'cart.ts': CART, 'cart.test.ts': CART_TEST });
    made.write({ 'jest.config.js': CONFIG(/\[(.*)\]/.exec(made.read('jest.config.js'))![1]!) });
    const { output, report } = await made.fuzzReport([], { FUZZ_FOR: '60s', FUZZ_STOP_ON_FAILURE: '1' });
    const [failure] = report.targets[0]!.failures;
    expect(failure).toMatchObject({
      state: 'minimal',
      input: '[[{"cents":0,"count":0},{"cents":0,"count":0},{"cents":556,"count":9}],"",""]',
      explanation: {
        free: [
          { part: '[0] of the 1st argument', rejected: 0, isAll: false },
          { part: '[1] of the 1st argument', rejected: 0, isAll: false },
          { part: 'the 2nd argument', tried: 80, rejected: 0, isAll: false },
          { part: 'the 3rd argument', tried: 1, rejected: 0, isAll: true },
        ],
        together: { tried: 40, failed: 40 },
        nearest: {
          input: '[[{"cents":0,"count":0},{"cents":0,"count":0},{"cents":555,"count":9}],"",""]',
          changes: [{ part: '[2].cents of the 1st argument', value: '555', insteadOf: '556' }],
        },
        // The line in the user's own file.
        reached: { places: ['cart.ts:17'] },
      },
    });
    const { runs, reached } = failure!.explanation!;
    expect(runs).toBeLessThanOrEqual(500);
    expect(reached!.failing).toBeGreaterThan(100);
    expect(reached!.passing).toBeGreaterThan(10);

    const lines = [
      '[0] of the 1st argument does not matter: all 40 other values that were tried failed too',
      '[1] of the 1st argument does not matter: all 40 other values that were tried failed too',
      'the 2nd argument does not matter: all 80 other values that were tried failed too',
      'the 3rd argument does not matter: the only other value failed too',
      'nor do they matter together: all 40 inputs with other values for all of them failed too',
      'the nearest input that passes: [[{"cents":0,"count":0},{"cents":0,"count":0},{"cents":555,"count":9}],"",""] ([2].cents of the 1st argument: 555 instead of 556)',
      `only failing runs reached: cart.ts:17 (${reached!.failing} failing, ${reached!.passing} passing runs)`,
    ];
    expect(explained(output)).toEqual([`Explained by ${runs} more runs:`, ...lines]);
    const replayed = await made.jest();
    expect(explained(replayed.output)).toEqual([`Explained when it was found, by ${runs} more runs:`, ...lines]);
    // It fails in another way now: what was found out is of the failure that it was.
    made.write({ 'cart.ts': CART.replace('let gift = 0;', `throw new RangeError('no gift');`) });
    const other = await made.jest();
    expect(other.output).toContain('RangeError: no gift');
    expect(other.output).not.toContain('Explained when it was found');
  });

  test('but not one that is flaky', async () => {
    const made = project({
      'flaky.test.js': `const fc = require('fast-check');
let runs = 0;
test('now and then', () => {
  fc.assert(fc.property(fc.nat(), fc.string(), () => {
    runs += 1;
    if (runs % 3 === 0) throw new Error('third');
  }));
});
`,
    });
    const { output, report } = await made.fuzzReport([], { FUZZ_FOR: '2s' });
    expect(report.targets[0]!.failures).toMatchObject([{ state: 'flaky', explanation: null }]);
    expect(output).not.toContain('Explained');
  });
});

test('an input that hangs while it is tried costs a thread, and not the failure', async () => {
  const made = project({
    'deadly.test.js': `const fc = require('fast-check');
test('next to a hang', () => {
  fc.assert(fc.property(fc.nat(), fc.nat(), (n, m) => {
    // With m = 1, next to the minimal input, where shrinking never goes.
    if (n - 1001 === 0 && Math.imul(m, 0x9e3779b1) >>> 0 === 0x9e3779b1) for (;;);
    if (n > 1000) throw new RangeError('large');
  }));
}, 1000);
`,
  });
  const { report } = await made.fuzzReport([], { FUZZ_FOR: '10s', FUZZ_WORKERS: '1' });
  const failures = Object.fromEntries(report.targets[0]!.failures.map((failure) => [failure.kind, failure]));
  expect(failures).toMatchObject({
    error: { state: 'minimal', input: '[1001,0]', explanation: null },
    hang: { input: '[1001,1]' },
  });
});

describe('in an ordinary run', () => {
  const TWO = `const fc = require('fast-check');
jest.setTimeout(60_000);
test('two failures', () => {
  fc.assert(fc.property(fc.nat(), fc.string(), fc.boolean(), (n, text, isLoud) => {
    if (n > 5000 && isLoud) throw new RangeError('big');
    if (n > 20) throw new TypeError('small');
  }));
});
`;
  /** However busy the machine is. */
  const ENOUGH_TIME = { FUZZ_ORDINARY: 'simplify=15' };
  const INPUTS = ['[5001,"",true]', '[21,"",false]'];

  /** What is said of each failure, by its input; the number of runs is left out. */
  const said = (output: string): [string | undefined, string[]][] =>
    output
      .split(/^ {2}● /m)
      .slice(1)
      .map((block) => [
        /Counterexample: (.*)/.exec(block)?.[1],
        explained(block).map((line) => line.replace(/\d+ more runs/, 'N more runs')),
      ]);

  test('each failure is explained, and again when it is replayed', async () => {
    const made = project({ 'two.test.js': TWO });
    const lines = [
      [
        'the 2nd argument does not matter: all 80 other values that were tried failed too',
        // In between, it fails in the other way.
        'the nearest input that passes: [20,"",true] (the 1st argument: 20 instead of 5001)',
      ],
      [
        'the 2nd argument does not matter: all 80 other values that were tried failed too',
        'the 3rd argument does not matter: the only other value failed too',
        'nor do they matter together: all 40 inputs with other values for all of them failed too',
        'the nearest input that passes: [20,"",false] (the 1st argument: 20 instead of 21)',
      ],
    ];
    const first = await made.jest([], ENOUGH_TIME);
    expect(said(first.output)).toEqual(
      INPUTS.map((input, at) => [input, ['Explained by N more runs:', ...lines[at]!]]),
    );
    const second = await made.jest([], ENOUGH_TIME);
    expect(said(second.output)).toEqual(
      INPUTS.map((input, at) => [input, ['Explained when it was found, by N more runs:', ...lines[at]!]]),
    );
  });

  test('nothing is explained when nothing is to be made simple', async () => {
    const made = project({ 'two.test.js': TWO });
    const { output } = await made.jest([], { FUZZ_ORDINARY: 'simplify=0' });
    expect(output).toContain('Counterexample');
    expect(output).not.toContain('Explained');
  });
});
