import * as path from 'node:path';
import { BaseReporter } from '@jest/reporters';
import type { Config } from '@jest/types';
import {
  DatabaseError,
  databaseDirectory,
  followDatabase,
  ingestJournal,
  openDatabase,
  Records,
  type Database,
} from '../src/database';
import { createBus, processBus, type Bus } from '../src/protocol/bus';
import type { FuzzEvent } from '../src/protocol/events';
import type { FailureSnapshot } from '../src/protocol/failure';
import { isOpen } from '../src/protocol/failureStates';
import type { FuzzOptions } from '../src/protocol/options';
import { readOptions } from '../src/protocol/readOptions';
import { packageVersion } from '../src/packageVersion';
import { busSource, startDashboard, type Dashboard } from './server/dashboardServer';
import { COLORED, failureLine, PLAIN, progressLine, summary, type Paint } from './terminal';

/** Milliseconds between two reads of a database that changes. */
const READ_MS = 500;

/** Milliseconds between two progress lines: a log gets few of them; in a terminal the line is redrawn in place. */
const PROGRESS_MS = { log: 10_000, redrawn: 500 };

/**
 * The Jest reporter: progress and summary in the terminal, and the dashboard. It only listens to the bus, so it prints
 * nothing in ordinary runs of Jest, which publish no events.
 */
export default class FuzzReporter extends BaseReporter {
  private readonly bus: Bus = processBus();
  private readonly options: FuzzOptions;
  private readonly paint: Paint;
  /** True in a terminal where Jest's own reporter does not draw: only there, a line can be replaced. */
  private readonly ownsTerminal: boolean;
  private readonly unsubscribe: () => void;
  private dashboard: Promise<Dashboard | null> | null = null;
  /** Opened when another process first asks the dashboard for the database. */
  private database: Promise<Database> | null = null;
  private timer: NodeJS.Timeout | null = null;
  /** By failure: the state that was last printed, so that each change is printed once. */
  private readonly printed = new Map<string, FailureSnapshot['state']>();

  constructor(globalConfig: Config.GlobalConfig, options: Readonly<Record<string, unknown>> = {}) {
    super();
    this.options = readOptions(process.env, options);
    const isTerminal = process.stderr.isTTY === true;
    this.paint = isTerminal && process.env['NO_COLOR'] === undefined ? COLORED : PLAIN;
    const drawing = (globalConfig.reporters ?? [['default', {}]]).some(
      ([name]) => name === 'default' || name === 'verbose',
    );
    this.ownsTerminal = isTerminal && !drawing;
    this.bus.hasReporter = true;
    this.unsubscribe = this.bus.subscribe((event) => this.onEvent(event));
  }

  // Jest awaits the result, although its types say that there is none.
  override onRunComplete(): void;
  override async onRunComplete(): Promise<void> {
    if (this.timer === null) return;
    clearInterval(this.timer);
    this.timer = null;
    this.unsubscribe();
    this.clearLine();
    this.log(summary(this.bus.state, this.paint));
    const dashboard = await this.dashboard;
    await dashboard?.close();
    await (await this.database?.catch(() => null))?.close();
  }

  private onEvent(event: FuzzEvent): void {
    switch (event.type) {
      case 'run':
        if (this.timer === null && event.run.state !== 'finished') this.start(event.run.rootDir);
        return;
      case 'failure':
        this.printFailure(event.failure);
        return;
      case 'notice':
        this.print(this.paint.yellow(`fuzz-runner: ${event.notice.message}`));
        return;
      default:
        return;
    }
  }

  private start(rootDir: string): void {
    this.timer = setInterval(() => this.progress(), this.ownsTerminal ? PROGRESS_MS.redrawn : PROGRESS_MS.log);
    this.timer.unref();
    if (this.options.dashboard) this.dashboard = this.startDashboard(rootDir);
  }

  /** If the dashboard cannot start, the user gets a message and the run goes on. */
  private async startDashboard(rootDir: string): Promise<Dashboard | null> {
    const { bus, options } = this;
    try {
      const dashboard = await startDashboard({
        source: busSource(bus),
        host: options.host,
        port: options.port ?? undefined,
        allowedHosts: [...options.allowedHosts],
        tokenFile: path.join(databaseDirectory(options.database, rootDir), 'dashboard-token'),
        database: () => (this.database ??= openDatabase(options.database, { rootDir, readOnly: true })),
        standalone: false,
        version: bus.state.run?.versions.fuzzRunner ?? '',
      });
      this.print(`fuzz-runner: dashboard at ${this.paint.bold(dashboard.url)}`);
      return dashboard;
    } catch (error) {
      this.print(this.paint.yellow(`fuzz-runner: no dashboard. ${(error as Error).message}`));
      return null;
    }
  }

  private printFailure(failure: FailureSnapshot): void {
    const before = this.printed.get(failure.id);
    this.printed.set(failure.id, failure.state);
    if (failure.state === before || !isOpen(failure.state) || failure.state === 'shrinking') return;
    this.print(failureLine(failure, this.paint));
  }

  private progress(): void {
    const line = progressLine(this.bus.state, this.paint);
    if (this.ownsTerminal) process.stderr.write(`\r\u001b[2K${line}`);
    else this.log(`fuzz-runner: ${line}`);
  }

  private print(text: string): void {
    this.clearLine();
    this.log(text);
  }

  private clearLine(): void {
    if (this.ownsTerminal) process.stderr.write('\r\u001b[2K');
  }
}

/**
 * Shows a database in the browser, with or without a running fuzzer: `fuzz-runner dashboard`. Resolves when the user
 * interrupts it.
 */
export async function serveDashboard(rootDir: string): Promise<void> {
  const options = readOptions(process.env);
  const directory = databaseDirectory(options.database, rootDir);
  const onNotice = (message: string): void => void process.stderr.write(`fuzz-runner: ${message}\n`);
  const database = await openDatabase(options.database, { rootDir, onNotice });
  const records = new Records(database, (problem) => process.stderr.write(`fuzz-runner: ${problem.message}\n`));
  try {
    await ingestJournal(directory, records);
  } catch (error) {
    // A database that is read-only or away can be shown without the events of ordinary runs on this machine.
    if (!(error instanceof DatabaseError)) throw error;
    onNotice(error.message);
  }
  const bus = createBus();
  const unfollow = followDatabase(records, (event) => bus.publish(event), {
    intervalMs: READ_MS,
    now: () => performance.timeOrigin + performance.now(),
    onError: onNotice,
  });
  const dashboard = await startDashboard({
    source: busSource(bus),
    host: options.host,
    port: options.port ?? undefined,
    allowedHosts: [...options.allowedHosts],
    tokenFile: path.join(directory, 'dashboard-token'),
    database: async () => database,
    standalone: true,
    version: packageVersion(),
  });
  process.stderr.write(`fuzz-runner: dashboard at ${dashboard.url} (Ctrl-C ends it)\n`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  unfollow();
  await dashboard.close();
  await records.close();
}
