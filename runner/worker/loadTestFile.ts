import * as fs from 'node:fs';
import type { JestEnvironment } from '@jest/environment';
import type { TestResult } from '@jest/test-result';
import type { Config } from '@jest/types';
import type Resolver from 'jest-resolve';
import type RuntimeClass from 'jest-runtime';
import type { CircusState } from './circus';
import { CHECK_HOOK, type CheckHook } from '../fastCheck/fastCheckHook';
import type { JestModules } from '../jest/jestModules';
import { REPORTING_FRAMES } from './loop/errorFrames';
import { observeCircus, type CircusListeners, type Expect } from './observeCircus';
import { makeTestEnvironment, setStackTraceLimit } from './testEnvironment';
import type { InstrumentingTransformer } from './transform';

type Runtime = RuntimeClass;
type JestTransform = typeof import('@jest/transform');

export interface LoadOptions extends CircusListeners {
  readonly path: string;
  readonly projectConfig: Config.ProjectConfig;
  readonly globalConfig: Config.GlobalConfig;
  readonly resolver: Resolver;
  readonly modules: JestModules;
  /** Called by every `fc.assert` and `fc.check` of the file. */
  readonly hook: CheckHook;
  /** Further things put on the realm's global object. */
  readonly globals: Readonly<Record<symbol, unknown>>;
  readonly decorate: (base: Awaited<ReturnType<JestTransform['createScriptTransformer']>>) => InstrumentingTransformer;
  /** Called before the runtime loads the first file. `lookup` finds the source maps of the files that it loads. */
  readonly onSourceMaps: (lookup: (file: string) => string | undefined) => void;
}

/** A test file that was loaded, and is kept: its environment is not torn down. */
export interface LoadedTestFile {
  readonly environment: JestEnvironment;
  readonly runtime: Runtime;
  readonly state: CircusState;
  readonly expect: Expect;
  readonly console: { getBuffer(): unknown[] | undefined };
  /** The ordinary result of the file; its tests are all pending when `runTests` was false. */
  readonly result: TestResult;
}

/**
 * Loads a test file as Jest's own `runTest` loads it: environment, setup files, transforms, module mapping, mocks,
 * hooks. Rejects with the user's own error when the file throws on load.
 */
export async function loadTestFile(options: LoadOptions): Promise<LoadedTestFile> {
  const { path, projectConfig, modules } = options;
  const globalConfig: Config.GlobalConfig = { ...options.globalConfig, updateSnapshot: 'none' };
  const { createScriptTransformer } = modules.load<JestTransform>('@jest/transform');
  const source = fs.readFileSync(path, 'utf8');
  const cacheFS = new Map([[path, source]]);
  const base = await createScriptTransformer(projectConfig, cacheFS);
  const framework = await base.requireAndTranspileModule<TestFramework>(projectConfig.testRunner);
  const Runtime = modules.load<{ default: typeof RuntimeClass }>('jest-runtime').default;
  const { BufferedConsole, NullConsole } = modules.load<typeof import('@jest/console')>('@jest/console');
  const testConsole = globalConfig.silent ? new NullConsole(process.stderr, process.stderr) : new BufferedConsole();
  const environment = await makeTestEnvironment({
    path,
    source,
    projectConfig,
    globalConfig,
    modules,
    console: testConsole,
    load: (file) => base.requireAndTranspileModule<typeof JestEnvironment>(file),
  });
  const { setGlobal } = modules.load<typeof import('jest-util')>('jest-util');
  setGlobal(environment.global, 'console', testConsole);
  Object.assign(environment.global, options.globals, { [CHECK_HOOK]: options.hook });

  const transformer = options.decorate(base);
  const runtime = new Runtime(
    projectConfig,
    environment,
    options.resolver,
    // Runtime asks for the class but uses only the public methods, which the decorator has.
    transformer as never,
    cacheFS,
    {
      changedFiles: undefined,
      collectCoverage: globalConfig.collectCoverage,
      collectCoverageFrom: globalConfig.collectCoverageFrom,
      coverageProvider: globalConfig.coverageProvider,
      sourcesRelatedToTestsInChangedFiles: undefined,
    },
    path,
    globalConfig,
  );
  options.onSourceMaps((file) => runtime.getSourceMaps()?.get(file));
  try {
    for (const file of projectConfig.setupFiles) await loadSetupFile(runtime, file);
    await environment.setup();
    setStackTraceLimit(environment, REPORTING_FRAMES);
    const seen = observeCircus(environment, runtime, options);
    const start = Date.now();
    const result = await framework(globalConfig, projectConfig, environment, runtime, path, () => {});
    seen.restoreModes();
    const { state, expect } = seen;
    if (state === null || expect === null) {
      throw new Error(
        `The test runner ${projectConfig.testRunner} sends no jest-circus events, so fuzz-runner cannot drive its tests. ` +
          'Remove "testRunner" from the Jest configuration for fuzz runs.',
      );
    }
    const complete = completeResult(result, path, projectConfig, start, testConsole.getBuffer?.());
    // From here on, tests run thousands of times: nobody reads their output.
    setGlobal(environment.global, 'console', new NullConsole(process.stderr, process.stderr));
    return { environment, runtime, state, expect, console: testConsole, result: complete };
  } catch (error) {
    runtime.teardown();
    await environment.teardown();
    throw error;
  }
}

type TestFramework = (
  globalConfig: Config.GlobalConfig,
  config: Config.ProjectConfig,
  environment: JestEnvironment,
  runtime: Runtime,
  testPath: string,
  sendMessageToJest: (event: string, args: unknown[]) => void,
) => Promise<TestResult>;

async function loadSetupFile(runtime: Runtime, file: string): Promise<void> {
  if (runtime.unstable_shouldLoadAsEsm(file)) {
    await runtime.unstable_importModule(file);
    return;
  }
  const exported = runtime.requireModule(file);
  if (typeof exported === 'function') await (exported as () => unknown)();
}

function completeResult(
  result: TestResult,
  path: string,
  config: Config.ProjectConfig,
  start: number,
  output: TestResult['console'],
): TestResult {
  const end = Date.now();
  const runtime = end - start;
  const count = result.numPassingTests + result.numFailingTests + result.numPendingTests + result.numTodoTests;
  return {
    ...result,
    testFilePath: path,
    displayName: config.displayName,
    console: output === undefined ? undefined : [...output],
    skipped: count === result.numPendingTests,
    perfStats: {
      ...result.perfStats,
      start,
      end,
      runtime,
      slow: runtime / 1000 > config.slowTestThreshold,
    },
  };
}
