import { describe, expect, jest, test } from '@jest/globals';
import { makeProjects } from './project';

jest.setTimeout(120_000);

const project = makeProjects();

const FC = `const fc = require('fast-check');\nconst { start } = require('./start');\n`;

/** A file with one target that starts something for numbers above 5000, and one with an ordinary bug. */
function files(start: string, isAsync = false): Record<string, string> {
  const property = isAsync
    ? `async () => { await fc.assert(fc.asyncProperty(fc.nat(), async (n) => { start(n); })); }`
    : `() => { fc.assert(fc.property(fc.nat(), (n) => { start(n); })); }`;
  return {
    'strays.test.js': `${FC}test('leaves', ${property});
test('goes on', () => { fc.assert(fc.property(fc.string(), (s) => { if (s === 'needle') throw new Error('found'); })); });`,
    'start.js': `exports.start = (n) => {\n  if (n > 5000) begin(n);\n};\nfunction begin(n) {\n  ${start}\n}\n`,
  };
}

const ENV = { FUZZ_FOR: '6s', FUZZ_WORKERS: '1' };

const REJECT = `Promise.reject(new RangeError('left ' + n));`;

describe('what an input leaves behind and nobody catches is a failure of that input', () => {
  test.each([
    ['a rejection in the same tick', REJECT, false, 'unhandled rejection', '5:18'],
    [
      'a rejection some milliseconds later',
      `setTimeout(() => { ${REJECT} }, 15);`,
      false,
      'unhandled rejection',
      '5:37',
    ],
    ['a rejection of an asynchronous property', REJECT, true, 'unhandled rejection', '5:18'],
    ['a later one', `setTimeout(() => { ${REJECT} }, 15);`, true, 'unhandled rejection', '5:37'],
    [
      'a throw in a timer',
      `setTimeout(() => { throw new RangeError('left ' + n); }, 0);`,
      false,
      'uncaught exception',
      '5:28',
    ],
  ])('%s', async (_name, start, isAsync, kind, place) => {
    const made = project(files(start, isAsync));
    const { report, output, code } = await made.fuzzReport([], ENV);
    const [leaves, goesOn] = ['leaves', 'goes on'].map((name) => report.targets.find((t) => t.testName === name)!);
    expect(leaves!.failures).toHaveLength(1);
    const [failure] = leaves!.failures;
    expect(failure).toMatchObject({
      kind: 'error',
      state: 'minimal',
      input: '[5001]',
      message: `${kind}: left 5001`,
      origin: { key: `${kind}: RangeError at start.js:${place}`, errorClass: `${kind}: RangeError` },
      reruns: { runs: 20, fails: 20 },
    });
    // The thread has not died of it, and others were fuzzed.
    expect(goesOn!.failures.map(({ input }) => input)).toEqual(['["needle"]']);
    expect(output).not.toContain('stopped its worker');
    expect(output).toContain('Counterexample: [5001]');
    expect(code).toBe(1);
  });

  test.each([true, false])(
    'and is replayed by plain Jest, which does not die of it (asynchronous: %s)',
    async (isAsync) => {
      const made = project(files(REJECT, isAsync));
      await made.fuzz([], ENV);
      const { output, code } = await made.jest();
      expect(code).toBe(1);
      expect(output).toContain(
        '"leaves" is replayed with [5001]. When this input was found, it caused an error after the property had passed.',
      );
      expect(output).toContain('RangeError: left 5001');
      expect(output).toContain('Counterexample: ["needle"]');
      expect(output).toMatch(/Tests: +2 failed, 2 total/);
    },
  );

  test('and is found among all inputs of a small property, which are run before the first turn of the event loop', async () => {
    const made = project({
      'small.test.js': `${FC}test('small', () => { fc.assert(fc.property(fc.nat(700), (n) => { start(n); })); });`,
      'start.js': `exports.start = (n) => {\n  if (n === 600) Promise.reject(new RangeError('left ' + n));\n};\n`,
    });
    const { report } = await made.fuzzReport([], ENV);
    const [target] = report.targets;
    expect(target!.status).toBe('exhausted');
    expect(target!.failures.map(({ input, state, message }) => `${state} ${input} ${message}`)).toEqual([
      'minimal [600] unhandled rejection: left 600',
    ]);
  });

  test('with others of the same property, each a failure of its own', async () => {
    const made = project(
      files(
        `if (n % 2 === 0) Promise.reject(new RangeError('even'));\n  else Promise.reject(new TypeError('odd'));\n  if (n > 2 ** 20) throw new Error('large');`,
      ),
    );
    const { report } = await made.fuzzReport([], ENV);
    const found = report.targets.find(({ testName }) => testName === 'leaves')!.failures;
    expect(found.map(({ message, input }) => `${message} ${input}`).sort()).toEqual([
      'large [1048577]',
      'unhandled rejection: even [5002]',
      'unhandled rejection: odd [5001]',
    ]);
  });

  test('unless it is handled late', async () => {
    const made = project(
      files(
        `const late = Promise.reject(new Error('late'));\n  return new Promise((r) => setTimeout(r, 1)).then(() => late.catch(() => {}));`,
      ),
    );
    made.write({
      'strays.test.js': `${FC}test('waits', async () => { await fc.assert(fc.asyncProperty(fc.nat(), async (n) => { await start(n); })); });`,
      'start.js': made.read('start.js').replace('if (n > 5000) begin', 'return begin'),
    });
    const { report, code } = await made.fuzzReport([], { ...ENV, FUZZ_FOR: '4s' });
    expect(report.totals.failures).toBe(0);
    expect(report.targets[0]!.inputs).toBeGreaterThan(100);
    expect(code).toBe(0);
  });

  test('is flaky when it does not happen again, and not lost', async () => {
    const made = project(
      files(
        `globalThis.count = (globalThis.count ?? 0) + 1;\n  if (globalThis.count === 200) Promise.reject(new RangeError('once'));`,
      ),
    );
    const { report } = await made.fuzzReport(['-t', 'leaves'], ENV);
    expect(report.targets[0]!.failures.map(({ state, message }) => `${state} ${message}`)).toEqual([
      'flaky unhandled rejection: once',
    ]);
  });

  test('and one of the test itself is reported with any input', async () => {
    const made = project(files(''));
    made.write({
      'strays.test.js': `${FC}let runs = 0;
beforeEach(() => { runs += 1; if (runs > 1) Promise.reject(new RangeError('hook')); });
test('leaves', () => { fc.assert(fc.property(fc.nat(), (n) => { start(n); })); });`,
    });
    const { report } = await made.fuzzReport([], ENV);
    const [failure] = report.targets[0]!.failures;
    expect(failure).toMatchObject({
      message: 'unhandled rejection: hook',
      origin: { place: { file: 'strays.test.js' } },
    });
  });
});

describe('the life of such a failure', () => {
  test('ordinary runs fail with it and never retire it; the next fuzz run does when it is fixed', async () => {
    const made = project(files(REJECT));
    await made.fuzzReport(['-t', 'leaves'], { ...ENV, FUZZ_FOR: '4s' });
    const plain = await made.jest(['-t', 'leaves']);
    expect(plain.output).toContain('RangeError: left 5001');
    expect(plain.code).toBe(1);
    const again = await made.fuzzReport(['-t', 'leaves'], { ...ENV, FUZZ_FOR: '3s' });
    expect(again.report.targets[0]!.failures.map(({ input, state }) => `${state} ${input}`)).toEqual([
      'minimal [5001]',
    ]);
    made.write({ 'start.js': 'exports.start = () => {};' });
    const fixed = await made.fuzzReport(['-t', 'leaves'], { ...ENV, FUZZ_FOR: '3s' });
    expect(fixed.report.totals.failures).toBe(0);
    expect(fixed.code).toBe(0);
  });
});
