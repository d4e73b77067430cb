import { types } from 'node:util';
import fc from 'fast-check';
import { ComparisonLog } from '../../../../../src/coverage/comparisons/comparisonLog';
import { CoverageMap } from '../../../../../src/coverage/coverageMap';
import { COVERAGE_GLOBAL } from '../../../../../src/coverage/source/names';
import { mergeDictionaries } from '../../../../../src/mutate/dictionary';
import { FlightRecorder } from '../../../../../runner/channel/flightRecorder';
import { StackTraces } from '../../../../../runner/worker/loop/stackTraces';
import { TargetLoop } from '../../../../../runner/worker/loop/targetLoop';
import { threadClock } from '../../../../../runner/worker/loop/threadClock';
import { evaluate, instrumentOrThrow } from '../../../coverage/evaluate';

/**
 * Fuzzes a property of code that is instrumented, a CommonJS module, until its first failure. `predicateOf` is given
 * what the module exports. `file`: that of the code; `a` is the test file. Returns whether it failed.
 */
export async function fails<Input, Exports>(
  code: string,
  arbitrary: fc.Arbitrary<Input>,
  predicateOf: (exports: Exports) => (input: Input) => boolean | void,
  inputs: number,
  { file = 'code.js', seed = 1 }: { readonly file?: string; readonly seed?: number } = {},
): Promise<boolean> {
  const comparisons = new ComparisonLog({ isProxy: types.isProxy });
  const coverage = new CoverageMap(comparisons, { capacity: 4096, isProxy: types.isProxy });
  const instrumented = instrumentOrThrow(code, { file });
  coverage.register(instrumented);
  const open = (key: string, count: number): unknown => coverage.open(key, count);
  Object.defineProperty(globalThis, Symbol.for(COVERAGE_GLOBAL), { value: open, configurable: true });
  const predicate = predicateOf(evaluate(instrumented.code) as Exports);

  const tools = {
    recorder: new FlightRecorder(),
    coverage,
    comparisons,
    stackTraces: new StackTraces({ sourceMapOf: () => undefined, insertionsOf: () => undefined }),
    clock: threadClock(),
    origins: { rootDir: process.cwd() },
  };
  const target = { id: 'a', file: 'a', testName: 'a', fullName: 'a', titles: ['a'], ordinal: 0, inputTimeoutMs: 1000 };
  const loop = new TargetLoop(target, tools, seed);
  loop.bind(fc.property(arbitrary, predicate), 1000, fc.stringify);
  loop.useDictionary(mergeDictionaries([instrumented.dictionary]));
  loop.startSlice();
  const hasFailed = (): boolean => [...loop.fuzzer.failures.all()].length > 0;
  await loop.pump({ until: Infinity, inputs, isAbandoned: hasFailed });
  return hasFailed();
}
