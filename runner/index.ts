import * as path from 'node:path';
import type { Test, TestEvents, TestResult } from '@jest/test-result';
import Emittery from 'emittery';
import { EmittingTestRunner, type TestRunnerOptions, type TestWatcher, type UnsubscribeFn } from 'jest-runner';
import { Random } from '../src/choice/random';
import { processBus } from '../src/protocol/bus';
import { Campaign } from './campaign/campaign';
import type { Emit } from './campaign/collection';
import { ResumedRun } from './targets/resumedRun';
import { findJestModules } from './jest/jestModules';
import { writeJsonReport } from './campaign/jsonReport';
import { RunStore } from './store/runStore';
import { SUSPECTS_VARIABLE } from './threads/inFlightFiles';
import { OptionError, readOptions } from '../src/protocol/readOptions';
import { packageVersion } from '../src/packageVersion';
import { startMissingReporter } from './campaign/startReporter';

/**
 * The Jest runner: `jest --runner=fuzz-runner`, or `runner: ['fuzz-runner', { for: '60s' }]`.
 *
 * The constructor does nothing, because Jest may construct a runner and not use it.
 */
export default class FuzzRunner extends EmittingTestRunner {
  private readonly events = new Emittery<TestEvents>();

  override on<Name extends keyof TestEvents>(
    eventName: Name,
    listener: (eventData: TestEvents[Name]) => void | Promise<void>,
  ): UnsubscribeFn {
    return this.events.on(eventName, listener);
  }

  override async runTests(tests: Test[], watcher: TestWatcher, { serial }: TestRunnerOptions): Promise<void> {
    const globalConfig = this._globalConfig;
    const bus = processBus();
    const options = readOptions(process.env, this._options);
    const modules = findJestModules(globalConfig.rootDir);
    const store = await RunStore.open(options.database, globalConfig.rootDir, bus);
    const stopReporter = await startMissingReporter(bus, globalConfig, options);
    const budgetSeconds = options.budgetSeconds ?? defaultBudget(globalConfig, store);
    const random = new Random(options.seed);
    const campaign = new Campaign({
      tests,
      globalConfig,
      options: { ...options, budgetSeconds },
      workers: options.workers ?? (serial ? 1 : globalConfig.maxWorkers),
      modules,
      store,
      emit: this.emitter(),
      version: packageVersion(),
      suspectsFolder: process.env[SUSPECTS_VARIABLE] ?? store.suspectsFolder,
      resumed: new ResumedRun(process.env[SUSPECTS_VARIABLE] ?? null),
      random: () => random.unit(),
      onFinished: async () => {
        if (options.report !== null) writeJsonReport(path.resolve(options.report), bus.state);
        if (globalConfig.bail > 0) await stopReporter();
      },
      onOutput: (text) => void (globalConfig.silent === true || process.stderr.write(text)),
    });
    const endSignals = onSignals(() => campaign.stop('interrupted'));
    watcher.on('change', ({ interrupted }) => {
      if (interrupted) void campaign.stop('interrupted');
    });
    try {
      await campaign.run();
    } finally {
      endSignals();
      await stopReporter();
      await store.close();
    }
  }

  private emitter(): Emit {
    const { events } = this;
    return {
      fileStart: (test) => events.emit('test-file-start', [test]),
      async fileSuccess(test, result: TestResult) {
        for (const testCase of result.testResults) await events.emit('test-case-result', [test.path, testCase]);
        await events.emit('test-file-success', [test, result]);
      },
      fileFailure: (test, { message, stack }) =>
        events.emit('test-file-failure', [test, { code: undefined, message, stack, type: 'Error' }]),
    };
  }
}

/** Seconds of fuzzing in CI and in watch mode when no time is given, because such a run must end by itself. */
const UNATTENDED_SECONDS = 60;

function defaultBudget(
  globalConfig: { watch: boolean; watchAll: boolean; ci: boolean },
  store: RunStore,
): number | null {
  const watching = globalConfig.watch || globalConfig.watchAll;
  if (!watching && !globalConfig.ci) return null;
  store.notice(
    'info',
    `Fuzzing for ${UNATTENDED_SECONDS} seconds, because ${watching ? 'Jest watches files' : 'this is a CI run'} and no time was given. Set it with --for or FUZZ_FOR.`,
  );
  return UNATTENDED_SECONDS;
}

/**
 * Calls `stop` at the first Ctrl-C or SIGTERM, so that the run saves and reports what it has; the second one ends the
 * process at once. Returns a function that removes the listeners.
 */
function onSignals(stop: () => Promise<void>): () => void {
  let asked = false;
  const listener = (signal: NodeJS.Signals): void => {
    if (asked) process.exit(signal === 'SIGINT' ? 130 : 143);
    asked = true;
    void stop();
  };
  process.on('SIGINT', listener);
  process.on('SIGTERM', listener);
  return () => {
    process.off('SIGINT', listener);
    process.off('SIGTERM', listener);
  };
}

export { OptionError };
