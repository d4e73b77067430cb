import { createHash } from 'node:crypto';
import { threadId } from 'node:worker_threads';
import { types } from 'node:util';
import type { TestResult } from '@jest/test-result';
import type HasteMap from 'jest-haste-map';
import type Resolver from 'jest-resolve';
import type RuntimeClass from 'jest-runtime';
import type { Choices } from '../../src/choice/choices';
import { decodeChoices } from '../../src/choice/encoding';
import { ComparisonLog } from '../../src/coverage/comparisons/comparisonLog';
import { CoverageMap } from '../../src/coverage/coverageMap';
import type { Instrumented } from '../../src/coverage/instrument';
import { COVERAGE_GLOBAL } from '../../src/coverage/source/names';
import { assertionOperands } from './expect/assertionOperands';
import type { OperandListener } from './expect/fastExpect';
import { testedPackagesOf } from '../scope/importedPackages';
import { InstrumentScope } from '../scope/instrumentScope';
import { FlightRecorder } from '../channel/flightRecorder';
import { INSPECT_GLOBAL, inspectThread } from '../channel/inspectedThread';
import { jestModulesFrom, type JestModules } from '../jest/jestModules';
import type {
  CollectReply,
  CollectRequest,
  ReplayReply,
  SliceReport,
  SliceRequest,
  WorkerSetup,
} from '../channel/messages';
import { loadTestFile } from './loadTestFile';
import { Session } from './session';
import { SessionTargets } from './sessionTargets';
import { LateErrors } from './loop/lateErrors';
import { StackTraces } from './loop/stackTraces';
import { threadClock } from './loop/threadClock';
import { InstrumentingTransformer, relativeName } from './transform';
import type { ThreadTools } from './loop/threadTools';
import { UserBehaviors } from './userBehaviors';

/**
 * Entry of a worker thread. jest-worker calls `setup` once, then one exported function at a time.
 * All user code runs here; nothing here writes the database.
 */

/** Milliseconds between signs of life of the event loop. */
const HEARTBEAT_MS = 100;

/** A loaded file with its targets. */
interface OpenFile {
  readonly session: Session;
  readonly targets: SessionTargets;
  /** The ordinary result of the file. */
  readonly result: TestResult;
}

let state: ThreadState | null = null;

export function setup(options: WorkerSetup): void {
  process.env['JEST_WORKER_ID'] = String(options.workerId);
  state = new ThreadState(options);
}

export function collect(request: CollectRequest): Promise<CollectReply> {
  return ready().collect(request);
}

export function slice(request: SliceRequest): Promise<SliceReport> {
  return ready().slice(request);
}

export function replay(request: SliceRequest): Promise<ReplayReply> {
  return ready().replay(request);
}

export function close(): Promise<void> {
  return ready().close();
}

function ready(): ThreadState {
  if (state === null) throw new Error('The worker thread was called before it was set up.');
  return state;
}

class ThreadState {
  private readonly modules: JestModules;
  private readonly tools: ThreadTools;
  private readonly operands: OperandListener;
  private readonly resolvers = new Map<string, Resolver>();
  private readonly files = new Map<string, OpenFile>();
  private readonly behaviors: UserBehaviors;
  private readonly inspect: () => string;
  /** What fails later than the call that started it. */
  private readonly lateErrors = new LateErrors();
  /** The file whose inputs run now. */
  private current: SessionTargets | null = null;
  private readonly sourceMaps = new Map<string, string>();
  /** By name of an instrumented file as ids have it: its path. */
  private readonly paths = new Map<string, string>();
  private readonly insertions = new Map<string, Instrumented['insertions']>();
  /** Lookups of the sessions, newest first. */
  private readonly lookups: ((file: string) => string | undefined)[] = [];

  constructor(private readonly options: WorkerSetup) {
    this.modules = jestModulesFrom(options.anchor);
    const recorder = new FlightRecorder(options.memory, options.recordFile);
    recorder.threadId = threadId;
    setInterval(() => recorder.beat(), HEARTBEAT_MS).unref();
    const comparisons = new ComparisonLog({ isProxy: types.isProxy });
    const stackTraces = new StackTraces({
      sourceMapOf: (file) => this.sourceMapOf(file),
      insertionsOf: (file) => this.insertions.get(file),
    });
    stackTraces.install();
    this.tools = {
      recorder,
      comparisons,
      coverage: new CoverageMap(comparisons, { isProxy: types.isProxy }),
      stackTraces,
      clock: threadClock(),
      origins: { rootDir: options.globalConfig.rootDir },
      lateErrors: this.lateErrors,
      lineOf: (file, line, column) => stackTraces.lineOf(this.paths.get(file) ?? file, line, column),
    };
    this.inspect = inspectThread(stackTraces, () => this.drawing());
    Object.assign(globalThis, { [Symbol.for(INSPECT_GLOBAL)]: this.inspect });
    this.behaviors = new UserBehaviors(this.tools.coverage);
    this.operands = assertionOperands(this.tools.coverage, comparisons);
    // What nobody catches must not take the thread with it.
    this.lateErrors.install();
  }

  async collect({ path, projectId, held }: CollectRequest): Promise<CollectReply> {
    const file = await this.open(path, projectId, { runTests: true, held: new Set(held) });
    const reply = file.targets.collected(file.result);
    if (reply.targets.length === 0) await this.closeFile(path, projectId);
    // Running tests again would run their beforeAll a second time: a fresh load gives them the first one again.
    else if (file.session.hasAllHooks) await this.reload(path, projectId);
    return reply;
  }

  async slice(request: SliceRequest): Promise<SliceReport> {
    const { path, projectId } = request;
    this.tools.recorder.clearStop();
    const file =
      this.files.get(keyOf(path, projectId)) ??
      (await this.open(path, projectId, { runTests: false, held: new Set() }));
    this.current = file.targets;
    return file.targets.slice(request);
  }

  async replay(request: SliceRequest): Promise<ReplayReply> {
    const { path, projectId } = request;
    const file =
      this.files.get(keyOf(path, projectId)) ??
      (await this.open(path, projectId, { runTests: false, held: new Set() }));
    this.current = file.targets;
    return file.targets.replay(
      request.target,
      decodeChoices(request.imports[0]!.choices),
      request.inputSeconds ?? null,
    );
  }

  async close(): Promise<void> {
    for (const { session } of this.files.values()) await session.close();
    this.files.clear();
  }

  private async open(
    path: string,
    projectId: string,
    how: { readonly runTests: boolean; readonly held: ReadonlySet<string> },
  ): Promise<OpenFile> {
    await this.closeFile(path, projectId);
    const project = this.options.projects.find(({ config }) => config.id === projectId);
    if (project === undefined) throw new Error(`The project ${projectId} of ${path} is not known to this thread.`);
    const { config } = project;
    const targets = new SessionTargets({
      tools: { ...this.tools, origins: { ...this.tools.origins, isTested: testedPackagesOf(path) } },
      file: relativeName(this.options.globalConfig.rootDir, path),
      held: how.held,
      seedOf: (targetId) => this.seedOf(targetId),
      projectConfig: config,
      globalConfig: this.options.globalConfig,
      modules: this.modules,
      testPath: path,
    });
    this.current = targets;
    const scope = new InstrumentScope(
      path,
      this.options.globalConfig.rootDir,
      [...config.setupFiles, ...config.setupFilesAfterEnv],
      this.options,
    );
    this.tools.stackTraces.mapped = true;
    const loaded = await loadTestFile({
      path,
      projectConfig: config,
      globalConfig: this.options.globalConfig,
      resolver: await this.resolverOf(projectId),
      modules: this.modules,
      runTests: how.runTests,
      fastExpect: this.options.expect === 'fast' ? this.operands : null,
      hook: targets.hook,
      globals: {
        [Symbol.for(INSPECT_GLOBAL)]: this.inspect,
        [Symbol.for(COVERAGE_GLOBAL)]: (key: string, count: number) => this.tools.coverage.open(key, count),
        [Symbol.for('fuzz-runner.event@1')]: (label: string) => this.behaviors.event(label),
        [Symbol.for('fuzz-runner.observe@1')]: (label: string, value: unknown) => this.behaviors.observe(label, value),
        [Symbol.for('fuzz-runner.target@1')]: (value: number | bigint, label: string) =>
          this.behaviors.target(value, label),
        ...targets.globals,
      },
      decorate: (base) =>
        new InstrumentingTransformer(base, scope, (file, instrumented) => {
          this.insertions.set(file, instrumented.insertions);
          this.paths.set(instrumented.file, file);
          this.tools.coverage.register(instrumented);
          targets.addDictionary(instrumented.dictionary);
        }),
      onSourceMaps: (lookup) => this.lookups.unshift(lookup),
      onSetup: (tests) => {
        targets.attach(tests);
        // Beside the listeners of jest-circus, which fails the test with what it hears.
        this.lateErrors.install();
      },
      onTestStart: (fullName) => targets.startTest(fullName),
    });
    this.tools.stackTraces.install();
    this.lateErrors.install();
    const session = new Session(loaded);
    const file: OpenFile = { session, targets, result: loaded.result };
    targets.session = session;
    this.files.set(keyOf(path, projectId), file);
    return file;
  }

  private async reload(path: string, projectId: string): Promise<void> {
    await this.open(path, projectId, { runTests: false, held: new Set() });
  }

  private async closeFile(path: string, projectId: string): Promise<void> {
    const key = keyOf(path, projectId);
    const file = this.files.get(key);
    if (file === undefined) return;
    this.files.delete(key);
    await file.session.close();
  }

  private async resolverOf(projectId: string): Promise<Resolver> {
    const known = this.resolvers.get(projectId);
    if (known !== undefined) return known;
    const { config, moduleMap } = this.options.projects.find((project) => project.config.id === projectId)!;
    const Haste = this.modules.load<{ default: typeof HasteMap }>('jest-haste-map').default;
    const Runtime = this.modules.load<{ default: typeof RuntimeClass }>('jest-runtime').default;
    // Since 30.5 a custom resolver must be loaded before it is used.
    const { preloadResolver } = this.modules.load<{ preloadResolver?: (path: unknown) => Promise<void> }>(
      'jest-resolve',
    );
    await preloadResolver?.(config.resolver);
    const resolver = Runtime.createResolver(config, Haste.getStatic(config).getModuleMapFromJSON(moduleMap as never));
    this.resolvers.set(projectId, resolver);
    return resolver;
  }

  private sourceMapOf(file: string): string | undefined {
    const known = this.sourceMaps.get(file);
    if (known !== undefined) return known;
    for (const lookup of this.lookups) {
      const found = lookup(file);
      if (found !== undefined) {
        this.sourceMaps.set(file, found);
        return found;
      }
    }
    return undefined;
  }

  /** The choices of the input that is made or run now. */
  private drawing(): Choices | null {
    return this.current?.drawing() ?? null;
  }

  /** Streams of different targets, and of the same target in different threads, have nothing to do with each other. */
  private seedOf(targetId: string): number {
    const { seed, workerId, life } = this.options;
    // After a death the stream is another one: the same would soon come to the same deadly input.
    return createHash('sha1').update(`${seed} ${workerId} ${life} ${targetId}`).digest().readUIntBE(0, 6);
  }
}

function keyOf(path: string, projectId: string): string {
  return `${projectId} ${path}`;
}
