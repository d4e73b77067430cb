import * as fs from 'node:fs';
import type { JestEnvironment } from '@jest/environment';
import type { TestResult } from '@jest/test-result';
import type { Config } from '@jest/types';
import type Resolver from 'jest-resolve';
import type RuntimeClass from 'jest-runtime';
import {
  callCircusFunction,
  chainOf,
  eachHooks,
  hooksOf,
  isSkipped,
  testsOf,
  titlesOf,
  type CircusState,
  type CircusTest,
  type DescribeBlock,
} from './circus';
import { CHECK_HOOK, type CheckHook } from '../fastCheck/fastCheckHook';
import { FastExpect, type OperandListener, type RealExpect } from './expect/fastExpect';
import type { JestModules } from '../jest/jestModules';
import { testNameOf } from '../fastCheck/targetId';
import type { InstrumentingTransformer } from './transform';

type Runtime = RuntimeClass;

/** The parts of Jest's `expect` that a session needs. */
interface Expect extends RealExpect {
  getState(): ReturnType<RealExpect['getState']> & {
    currentTestName?: string;
    currentConcurrentTestName?: () => string | undefined;
  };
  setState(state: object): void;
  extractExpectedAssertionsErrors(): { error: unknown }[];
}

export interface SessionOptions {
  readonly path: string;
  readonly projectConfig: Config.ProjectConfig;
  readonly globalConfig: Config.GlobalConfig;
  readonly resolver: Resolver;
  readonly modules: JestModules;
  /** True: the tests are run once, as Jest would. False: the file is only loaded. */
  readonly runTests: boolean;
  /** Called by every `fc.assert` and `fc.check` of the file. */
  readonly hook: CheckHook;
  /** Further things put on the realm's global object. */
  readonly globals: Readonly<Record<symbol, unknown>>;
  /** Who is told what assertions compare while properties are fuzzed; null = tests use Jest's own `expect`. */
  readonly fastExpect: OperandListener | null;
  readonly decorate: (base: Awaited<ReturnType<JestTransform['createScriptTransformer']>>) => InstrumentingTransformer;
  /** Called when circus is set up, before any test code runs. */
  readonly onState: (access: RunningTests) => void;
  /** Called each time circus starts a test, with its full name. */
  readonly onTestStart: (fullName: string) => void;
  /** Source maps of what the runtime loaded, for stack traces made while the file loads and later. */
  readonly onSourceMaps: (lookup: (file: string) => string | undefined) => void;
}

type JestTransform = typeof import('@jest/transform');

/** What can be asked while circus runs the tests of a file. */
export interface RunningTests {
  /** Full name of the test that runs now, also inside `test.concurrent`; undefined outside of tests. */
  currentTestName(): string | undefined;
  testNamed(fullName: string): CircusTest | undefined;
  timeoutOf(test: CircusTest): number;
  /** Limit of a test that has none of its own. */
  readonly defaultTimeoutMs: number;
  /** The `expect` of the tests; null when it is Jest's own. */
  readonly fastExpect: FastExpect | null;
}

/**
 * One test file, loaded as Jest's own `runTest` loads it (environment, setup files, transforms, module mapping,
 * mocks, hooks) and kept: the closures of its tests can be run any number of times until `close`.
 *
 * Invariant: `entered` lists the describe blocks whose `beforeAll` ran and whose `afterAll` did not.
 */
export class Session {
  /** The ordinary result of the file; its tests are all pending when `runTests` was false. */
  readonly result: TestResult;
  readonly tests: readonly CircusTest[];
  private entered: DescribeBlock[] = [];
  private readonly names = new Map<string, CircusTest>();
  private readonly seedlessNames = new Map<string, CircusTest>();

  private constructor(
    private readonly environment: JestEnvironment,
    private readonly runtime: Runtime,
    private readonly state: CircusState,
    private readonly expect: Expect,
    private readonly bufferedConsole: { getBuffer(): unknown[] | undefined },
    result: TestResult,
  ) {
    this.result = result;
    this.tests = testsOf(state.rootDescribeBlock);
    for (const test of this.tests) {
      const name = titlesOf(test).join(' ');
      if (!this.names.has(name)) this.names.set(name, test);
      const seedless = testNameOf(name);
      if (!this.seedlessNames.has(seedless)) this.seedlessNames.set(seedless, test);
    }
  }

  /** Loads the file. Rejects with the user's own error when it throws on load. */
  static async open(options: SessionOptions): Promise<Session> {
    const { path, projectConfig, modules } = options;
    const globalConfig: Config.GlobalConfig = { ...options.globalConfig, updateSnapshot: 'none' };
    const { createScriptTransformer } = modules.load<JestTransform>('@jest/transform');
    const source = fs.readFileSync(path, 'utf8');
    const cacheFS = new Map([[path, source]]);
    const base = await createScriptTransformer(projectConfig, cacheFS);
    const pragmas = readPragmas(modules, source);
    const environmentFile = resolveEnvironment(modules, projectConfig, pragmas);
    const TestEnvironment = await base.requireAndTranspileModule<typeof JestEnvironment>(environmentFile);
    const framework = await base.requireAndTranspileModule<TestFramework>(projectConfig.testRunner);
    const Runtime = modules.load<{ default: typeof RuntimeClass }>('jest-runtime').default;
    const { BufferedConsole, NullConsole } = modules.load<typeof import('@jest/console')>('@jest/console');
    const testConsole = globalConfig.silent ? new NullConsole(process.stderr, process.stderr) : new BufferedConsole();

    // `JestEnvironment` is declared abstract; what a project configures is a class that can be constructed.
    const environment = new (TestEnvironment as unknown as new (...args: unknown[]) => JestEnvironment)(
      { globalConfig, projectConfig: withPragmaOptions(projectConfig, pragmas) },
      { console: testConsole, docblockPragmas: pragmas, testPath: path },
    );
    const { setGlobal } = modules.load<typeof import('jest-util')>('jest-util');
    setGlobal(environment.global, 'console', testConsole);
    Object.assign(environment.global, options.globals, { [CHECK_HOOK]: options.hook });
    guardProcess(environment);

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
    const tearDown = async (): Promise<void> => {
      runtime.teardown();
      await environment.teardown();
    };
    try {
      for (const file of projectConfig.setupFiles) await loadSetupFile(runtime, file);
      await environment.setup();
      setStackTraceLimit(environment, 100);
      let state: CircusState | undefined;
      let expect: Expect | undefined;
      let restoreModes = (): void => {};
      chainTestEvents(environment, (event, current) => {
        state = current;
        if (event.name === 'setup') {
          const found = (event.runtimeGlobals as { expect: Expect }).expect;
          expect = found;
          const fastExpect = installFastExpect(environment, runtime, event.runtimeGlobals as object, found, options);
          options.onState({
            fastExpect,
            currentTestName: () => currentTestName(found),
            testNamed: (name) => testsOf(current.rootDescribeBlock).find((test) => titlesOf(test).join(' ') === name),
            timeoutOf: (test) => test.timeout ?? current.testTimeout,
            get defaultTimeoutMs() {
              return current.testTimeout;
            },
          });
        }
        if (event.name === 'test_start' && event.test !== undefined)
          options.onTestStart(titlesOf(event.test).join(' '));
        if (event.name === 'run_start' && !options.runTests) restoreModes = skipAll(current);
      });
      const start = Date.now();
      const result = await framework(globalConfig, projectConfig, environment, runtime, path, () => {});
      restoreModes();
      if (state === undefined || expect === undefined) {
        throw new Error(
          `The test runner ${projectConfig.testRunner} sends no jest-circus events, so fuzz-runner cannot drive its tests. ` +
            'Remove "testRunner" from the Jest configuration for fuzz runs.',
        );
      }
      const session = new Session(
        environment,
        runtime,
        state,
        expect,
        testConsole,
        completeResult(result, path, projectConfig, start, testConsole.getBuffer?.()),
      );
      setGlobal(environment.global, 'console', new NullConsole(process.stderr, process.stderr));
      return session;
    } catch (error) {
      await tearDown();
      throw error;
    }
  }

  /** The test of this full name; the seed that @fast-check/jest adds to it may be that of another load of the file. */
  testNamed(fullName: string): CircusTest | undefined {
    return this.names.get(fullName) ?? this.seedlessNames.get(testNameOf(fullName));
  }

  isSkipped(test: CircusTest): boolean {
    return isSkipped(test, this.state);
  }

  /** True when running single tests again would run a `beforeAll` or `afterAll` once more than in Jest. */
  get hasAllHooks(): boolean {
    const has = (block: DescribeBlock): boolean =>
      block.hooks.some((hook) => hook.type === 'beforeAll' || hook.type === 'afterAll') ||
      block.children.some((child) => child.type === 'describeBlock' && has(child));
    return has(this.state.rootDescribeBlock);
  }

  /**
   * Runs one test with its hooks: beforeAll of describe blocks not entered yet, beforeEach, body, afterEach.
   * Returns what was thrown, in order; empty when the test passed.
   */
  async run(test: CircusTest, timeoutMs = Infinity): Promise<unknown[]> {
    const errors: unknown[] = [];
    const attempt = async (action: () => Promise<void>): Promise<void> => {
      try {
        await action();
      } catch (error) {
        errors.push(error);
      }
    };
    this.runtime.enterTestCode?.();
    try {
      await attempt(() => this.enter(test));
      if (errors.length > 0) return errors;
      this.expect.setState({
        currentTestName: titlesOf(test).join(' '),
        assertionCalls: 0,
        numPassingAsserts: 0,
        expectedAssertionsNumber: null,
        expectedAssertionsNumberError: null,
        isExpectingAssertions: false,
        isExpectingAssertionsError: null,
        suppressedErrors: [],
        testFailing: test.failing,
      });
      const context = {};
      const hooks = eachHooks(test);
      const hookTimeout = this.state.testTimeout;
      for (const hook of hooks.before) {
        if (errors.length > 0) break;
        await attempt(() => callCircusFunction(hook.fn, context, hook.timeout ?? hookTimeout));
      }
      const body = test.fn;
      if (errors.length === 0 && body !== undefined) await attempt(() => callCircusFunction(body, context, timeoutMs));
      for (const hook of hooks.after) {
        await attempt(() => callCircusFunction(hook.fn, context, hook.timeout ?? hookTimeout));
      }
      if (test.failing) return errors.length > 0 ? [] : [new Error('A failing test passed.')];
      return errors;
    } finally {
      this.runtime.leaveTestCode?.();
      this.releaseLeftovers();
    }
  }

  setStackTraceLimit(limit: number): void {
    setStackTraceLimit(this.environment, limit);
  }

  /** Leaves all describe blocks, then tears the realm down. Never rejects: the user's results are out already. */
  async close(): Promise<void> {
    try {
      await this.leaveTo([]);
    } catch {
      // An afterAll that fails after fuzzing has nothing left to spoil.
    }
    try {
      this.runtime.teardown();
      await this.environment.teardown();
    } catch {
      // The same.
    }
  }

  private async enter(test: CircusTest): Promise<void> {
    const chain = chainOf(test);
    await this.leaveTo(chain);
    for (const block of chain.slice(this.entered.length)) {
      for (const hook of hooksOf(block, 'beforeAll')) {
        await callCircusFunction(hook.fn, {}, hook.timeout ?? this.state.testTimeout);
      }
      this.entered.push(block);
    }
  }

  /** Runs the afterAll hooks of entered blocks that are not part of `chain`, innermost first. */
  private async leaveTo(chain: readonly DescribeBlock[]): Promise<void> {
    while (this.entered.length > 0) {
      const block = this.entered[this.entered.length - 1]!;
      if (chain[this.entered.length - 1] === block) return;
      this.entered.pop();
      for (const hook of hooksOf(block, 'afterAll')) {
        await callCircusFunction(hook.fn, {}, hook.timeout ?? this.state.testTimeout);
      }
    }
  }

  /** Things that Jest frees only at teardown and that grow with every execution of a test. */
  private releaseLeftovers(): void {
    this.runtime.clearAllMocks();
    const buffer = this.bufferedConsole.getBuffer();
    if (Array.isArray(buffer)) buffer.length = 0;
    // jest-environment-node keeps every old value of every write to a global until teardown. The field is
    // private, so it is looked for and left alone when it is not there.
    const proxy = (this.environment as { _globalProxy?: { leftovers?: unknown } })._globalProxy;
    if (Array.isArray(proxy?.leftovers)) proxy.leftovers.length = 0;
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

function currentTestName(expect: Expect): string | undefined {
  const state = expect.getState();
  return state.currentConcurrentTestName?.() ?? state.currentTestName;
}

/** Puts the quick `expect` in the place of Jest's, for globals and for `@jest/globals`. */
function installFastExpect(
  environment: JestEnvironment,
  runtime: Runtime,
  runtimeGlobals: object,
  real: Expect,
  { fastExpect: operands }: SessionOptions,
): FastExpect | null {
  if (operands === null) return null;
  const fast = new FastExpect(real, environment.global, operands);
  runtime.setGlobalsForRuntime({ ...runtimeGlobals, expect: fast.expect } as never);
  // Without `injectGlobals` it is not there.
  if (environment.global['expect'] === real) environment.global['expect'] = fast.expect;
  return fast;
}

interface CircusEvent {
  readonly name: string;
  readonly test?: CircusTest;
  readonly runtimeGlobals?: unknown;
}

/** Calls `listener` before the environment's own `handleTestEvent`, which keeps working. */
function chainTestEvents(
  environment: JestEnvironment,
  listener: (event: CircusEvent, state: CircusState) => void,
): void {
  const own = environment.handleTestEvent?.bind(environment);
  environment.handleTestEvent = ((event: CircusEvent, state: CircusState) => {
    listener(event, state);
    return own?.(event as never, state as never);
  }) as never;
}

/** Lets circus finish without running anything; returns the way to undo it on the tests. */
function skipAll(state: CircusState): () => void {
  const modes = testsOf(state.rootDescribeBlock).map((test) => [test, test.mode] as const);
  for (const [test] of modes) test.mode = 'skip';
  return () => {
    for (const [test, mode] of modes) test.mode = mode;
  };
}

async function loadSetupFile(runtime: Runtime, file: string): Promise<void> {
  if (runtime.unstable_shouldLoadAsEsm(file)) {
    await runtime.unstable_importModule(file);
    return;
  }
  const exported = runtime.requireModule(file);
  if (typeof exported === 'function') await (exported as () => unknown)();
}

function readPragmas(modules: JestModules, source: string): Record<string, string | string[]> {
  const docblock = modules.load<typeof import('jest-docblock')>('jest-docblock');
  return docblock.parse(docblock.extract(source));
}

function resolveEnvironment(
  modules: JestModules,
  config: Config.ProjectConfig,
  pragmas: Record<string, string | string[]>,
): string {
  const custom = pragmas['jest-environment'];
  if (custom === undefined) return config.testEnvironment;
  if (Array.isArray(custom)) {
    throw new TypeError(`You can only define a single test environment through docblocks, got "${custom.join(', ')}"`);
  }
  const { resolveTestEnvironment } = modules.load<typeof import('jest-resolve')>('jest-resolve');
  return resolveTestEnvironment({
    ...config,
    requireResolveFunction: (name: string) => require.resolve(name, { paths: [config.rootDir, modules.anchor] }),
    testEnvironment: custom,
  });
}

function withPragmaOptions(
  config: Config.ProjectConfig,
  pragmas: Record<string, string | string[]>,
): Config.ProjectConfig {
  const text = pragmas['jest-environment-options'];
  if (typeof text !== 'string') return config;
  const options = JSON.parse(text) as object;
  return { ...config, testEnvironmentOptions: { ...config.testEnvironmentOptions, ...options } };
}

/** A test that calls `process.exit` fails; it must not take the thread with it. */
function guardProcess(environment: JestEnvironment): void {
  const realmProcess = environment.global.process as NodeJS.Process | undefined;
  if (realmProcess === undefined || typeof realmProcess.exit !== 'function') return;
  realmProcess.exit = (code?: unknown) => {
    throw new Error(`process.exit called with "${String(code)}"`);
  };
}

function setStackTraceLimit(environment: JestEnvironment, limit: number): void {
  environment.global.Error.stackTraceLimit = limit;
  Error.stackTraceLimit = limit;
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
