import { createHash } from 'node:crypto';
import type { TestResult } from '@jest/test-result';
import type { WorkerSetup } from '../channel/messages';
import type { JestModules } from '../jest/jestModules';
import { testedPackagesOf } from '../scope/importedPackages';
import { InstrumentScope } from '../scope/instrumentScope';
import type { OperandListener } from './expect/fastExpect';
import type { LoadedSources } from './loadedSources';
import { loadTestFile } from './loadTestFile';
import type { LateErrors } from './loop/lateErrors';
import type { ThreadTools } from './loop/threadTools';
import { Resolvers } from './resolvers';
import { Session } from './session';
import { SessionTargets } from './sessionTargets';
import { InstrumentingTransformer, relativeName } from './transform';

/** A loaded file with its targets. */
export interface OpenFile {
  readonly session: Session;
  readonly targets: SessionTargets;
  /** The ordinary result of the file. */
  readonly result: TestResult;
}

/** The parts of a thread that each of its files needs. */
export interface FileParts {
  readonly setup: WorkerSetup;
  readonly modules: JestModules;
  readonly tools: ThreadTools;
  readonly lateErrors: LateErrors;
  readonly sources: LoadedSources;
  /** Things put on the global object of each realm. */
  readonly globals: Readonly<Record<symbol, unknown>>;
  /** Receives what assertions compare while properties are fuzzed. */
  readonly operands: OperandListener;
}

/** How a file is loaded. */
export interface LoadMode {
  /** The tests are run once, as Jest would. */
  readonly runTests: boolean;
  /** Targets whose property must not be run. */
  readonly held: ReadonlySet<string>;
}

const ONLY_LOAD: LoadMode = { runTests: false, held: new Set() };

/** The test files that a thread has loaded and keeps. */
export class OpenFiles {
  private readonly files = new Map<string, OpenFile>();
  private readonly resolvers: Resolvers;
  /** The targets of the file whose inputs run now. */
  current: SessionTargets | null = null;

  constructor(private readonly parts: FileParts) {
    this.resolvers = new Resolvers(parts.modules, parts.setup.projects);
  }

  /** Returns a file, and makes it the current one. Loads it, without running its tests, if it is not loaded yet. */
  async enter(path: string, projectId: string): Promise<OpenFile> {
    const file = this.files.get(keyOf(path, projectId)) ?? (await this.load(path, projectId));
    this.current = file.targets;
    return file;
  }

  /** Loads a file; if it is loaded already, again. Rejects with the user's own error when the file throws on load. */
  async load(path: string, projectId: string, { runTests, held }: LoadMode = ONLY_LOAD): Promise<OpenFile> {
    await this.close(path, projectId);
    const { setup, modules, tools, lateErrors, sources } = this.parts;
    const { globalConfig } = setup;
    const project = setup.projects.find(({ config }) => config.id === projectId);
    if (project === undefined) throw new Error(`The project ${projectId} of ${path} is not known to this thread.`);
    const { config } = project;
    const targets = new SessionTargets({
      tools: { ...tools, origins: { ...tools.origins, isTested: testedPackagesOf(path) } },
      file: relativeName(globalConfig.rootDir, path),
      held,
      seedOf: (targetId) => seedOf(targetId, setup),
      projectConfig: config,
      globalConfig,
      modules,
      testPath: path,
    });
    this.current = targets;
    const setupFiles = [...config.setupFiles, ...config.setupFilesAfterEnv];
    const scope = new InstrumentScope(path, globalConfig.rootDir, setupFiles, setup);
    tools.stackTraces.mapped = true;
    const loaded = await loadTestFile({
      path,
      projectConfig: config,
      globalConfig,
      resolver: await this.resolvers.of(projectId),
      modules,
      runTests,
      fastExpect: setup.expect === 'fast' ? this.parts.operands : null,
      hook: targets.hook,
      globals: { ...this.parts.globals, ...targets.globals },
      decorate: (base) =>
        new InstrumentingTransformer(base, scope, (file, instrumented) => {
          sources.addInstrumented(file, instrumented);
          tools.coverage.register(instrumented);
          targets.addDictionary(instrumented.dictionary);
        }),
      onSourceMaps: (lookup) => sources.addSourceMaps(lookup),
      onSetup: (tests) => {
        targets.attach(tests);
        // Our listeners are added to those of jest-circus, which still fails the test that runs.
        lateErrors.install();
      },
      onTestStart: (fullName) => targets.startTest(fullName),
    });
    // Loading has run code of Jest that installs its own stack traces and listeners.
    tools.stackTraces.install();
    lateErrors.install();
    const session = new Session(loaded);
    targets.session = session;
    const file: OpenFile = { session, targets, result: loaded.result };
    this.files.set(keyOf(path, projectId), file);
    return file;
  }

  async close(path: string, projectId: string): Promise<void> {
    const key = keyOf(path, projectId);
    const file = this.files.get(key);
    if (file === undefined) return;
    this.files.delete(key);
    await file.session.close();
  }

  async closeAll(): Promise<void> {
    for (const { session } of this.files.values()) await session.close();
    this.files.clear();
  }
}

/** The random numbers of different targets, and of the same target in different threads, are independent. */
function seedOf(targetId: string, { seed, workerId, life }: WorkerSetup): number {
  // A thread that replaces another one uses other random numbers: the same numbers would soon make the same crash.
  return createHash('sha1').update(`${seed} ${workerId} ${life} ${targetId}`).digest().readUIntBE(0, 6);
}

function keyOf(path: string, projectId: string): string {
  return `${projectId} ${path}`;
}
