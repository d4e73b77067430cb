import { threadId } from 'node:worker_threads';
import { types } from 'node:util';
import { decodeChoices } from '../../src/choice/encoding';
import { ComparisonLog } from '../../src/coverage/comparisons/comparisonLog';
import { CoverageMap } from '../../src/coverage/coverageMap';
import { COVERAGE_GLOBAL } from '../../src/coverage/source/names';
import { assertionOperands } from './expect/assertionOperands';
import { FlightRecorder } from '../channel/flightRecorder';
import { INSPECT_GLOBAL, inspectThread } from '../channel/inspectedThread';
import { jestModulesFrom } from '../jest/jestModules';
import type {
  CollectReply,
  CollectRequest,
  ReplayReply,
  SliceReport,
  SliceRequest,
  WorkerSetup,
} from '../channel/messages';
import { LoadedSources } from './loadedSources';
import { LateErrors } from './loop/lateErrors';
import { StackTraces } from './loop/stackTraces';
import { threadClock } from './loop/threadClock';
import type { ThreadTools } from './loop/threadTools';
import { OpenFiles } from './openFiles';
import { UserBehaviors } from './userBehaviors';

/**
 * Entry of a worker thread. jest-worker calls `setup` once, then one exported function at a time.
 * All user code runs here; nothing here writes the database.
 */

/** Milliseconds between signs of life of the event loop. */
const HEARTBEAT_MS = 100;

let state: ThreadState | null = null;

export function setup(options: WorkerSetup): void {
  process.env['JEST_WORKER_ID'] = String(options.workerId);
  state = new ThreadState(options);
}

/** Loads a test file and runs its tests once, as Jest would. */
export function collect(request: CollectRequest): Promise<CollectReply> {
  return ready().collect(request);
}

/** Fuzzes one target for a while. */
export function slice(request: SliceRequest): Promise<SliceReport> {
  return ready().slice(request);
}

/** Runs one input of a target once. */
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

/** The state of a thread between two calls. */
class ThreadState {
  private readonly recorder: FlightRecorder;
  private readonly files: OpenFiles;

  constructor(setup: WorkerSetup) {
    const modules = jestModulesFrom(setup.anchor);
    this.recorder = new FlightRecorder(setup.memory, setup.recordFile);
    this.recorder.threadId = threadId;
    setInterval(() => this.recorder.beat(), HEARTBEAT_MS).unref();
    const sources = new LoadedSources();
    const stackTraces = new StackTraces(sources);
    stackTraces.install();
    const comparisons = new ComparisonLog({ isProxy: types.isProxy });
    const lateErrors = new LateErrors();
    const tools: ThreadTools = {
      recorder: this.recorder,
      comparisons,
      coverage: new CoverageMap(comparisons, { isProxy: types.isProxy }),
      stackTraces,
      clock: threadClock(),
      origins: { rootDir: setup.globalConfig.rootDir },
      lateErrors,
      lineOf: (file, line, column) => stackTraces.lineOf(sources.pathOf(file), line, column),
    };
    const inspect = inspectThread(stackTraces, () => this.files.current?.drawing() ?? null);
    Object.assign(globalThis, { [Symbol.for(INSPECT_GLOBAL)]: inspect });
    const globals = {
      [Symbol.for(INSPECT_GLOBAL)]: inspect,
      [Symbol.for(COVERAGE_GLOBAL)]: (key: string, count: number) => tools.coverage.open(key, count),
      ...new UserBehaviors(tools.coverage).globals,
    };
    const operands = assertionOperands(tools.coverage, comparisons);
    this.files = new OpenFiles({ setup, modules, tools, lateErrors, sources, globals, operands });
    // An error that no code catches must not end the thread.
    lateErrors.install();
  }

  async collect({ path, projectId, held }: CollectRequest): Promise<CollectReply> {
    const file = await this.files.load(path, projectId, { runTests: true, held: new Set(held) });
    const reply = file.targets.collected(file.result);
    if (reply.targets.length === 0) await this.files.close(path, projectId);
    // Running tests again would run their beforeAll a second time. After a fresh load it runs for the first time.
    else if (file.session.hasAllHooks) await this.files.load(path, projectId);
    return reply;
  }

  async slice(request: SliceRequest): Promise<SliceReport> {
    this.recorder.clearStop();
    const { targets } = await this.files.enter(request.path, request.projectId);
    return targets.slice(request);
  }

  async replay(request: SliceRequest): Promise<ReplayReply> {
    const { targets } = await this.files.enter(request.path, request.projectId);
    const choices = decodeChoices(request.imports[0]!.choices);
    return targets.replay(request.target, choices, request.inputSeconds ?? null);
  }

  close(): Promise<void> {
    return this.files.closeAll();
  }
}
