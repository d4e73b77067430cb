import { fork, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { withTimeout } from './withTimeout';
import { FlightRecorder, type InFlight } from '../channel/flightRecorder';
import type { FromHost, ToHost } from './hostMessages';
import { ThreadDeath, type Calls, type FuzzWorker, type LostTime, type WorkerSettings } from './fuzzWorker';
import { startStopwatch } from './stopwatch';

/** Milliseconds that a process may take to end by itself. */
const GRACE_MS = 600;

/** The last output, at most this many characters, is kept, to find the reason in it when the process ends. */
const KEPT_OUTPUT = 20_000;

const OUT_OF_MEMORY = /out of memory|Allocation failed|invalid array length/i;

/**
 * A worker thread in a process of its own. Each input is written to a file before it runs, so it is known however the
 * process ends; that costs a system call for each input.
 */
export class IsolatedWorker implements FuzzWorker {
  restarts = 0;
  inputLimitMs: number | null = null;
  private child: ChildProcess | null = null;
  private pending: { resolve: (value: unknown) => void; reject: (error: unknown) => void } | null = null;
  private stopwatch = startStopwatch();
  private output = '';
  /** Stacks of the current call. They are taken when the call takes long. */
  private stacks: readonly string[] = [];
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-runner-'));

  constructor(
    readonly id: number,
    private readonly settings: WorkerSettings,
    private readonly onOutput: (text: string) => void,
  ) {}

  get isBusy(): boolean {
    return this.pending !== null;
  }

  get used(): LostTime {
    return this.stopwatch();
  }

  async call<Name extends keyof Calls>(
    name: Name,
    request: Calls[Name][0],
    silenceMs: number,
  ): Promise<Calls[Name][1]> {
    const child = this.started();
    this.stopwatch = startStopwatch('wall');
    this.output = '';
    this.stacks = [];
    return new Promise((resolve, reject) => {
      this.pending = { resolve: resolve as (value: unknown) => void, reject };
      send(child, { type: 'call', name, request: request as never, silenceMs });
    });
  }

  requestStop(): void {
    if (this.child !== null) send(this.child, { type: 'stop' });
  }

  async kill(kind: ThreadDeath['kind'], message: string): Promise<void> {
    const { child } = this;
    if (child === null) return;
    const death = new ThreadDeath(kind, this.recorded(), message, this.stopwatch());
    this.child = null;
    this.restarts += 1;
    child.kill('SIGKILL');
    this.settle((pending) => pending.reject(death));
  }

  async end(): Promise<void> {
    const { child } = this;
    this.child = null;
    if (child !== null) {
      const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      send(child, { type: 'end' });
      await withTimeout(GRACE_MS, exit);
      child.kill('SIGKILL');
    }
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  private get recordFile(): string {
    return path.join(this.folder, 'in-flight');
  }

  private recorded(): InFlight | null {
    return FlightRecorder.read(this.recordFile)?.inFlight() ?? null;
  }

  private started(): ChildProcess {
    if (this.child !== null) return this.child;
    fs.mkdirSync(this.folder, { recursive: true });
    fs.rmSync(this.recordFile, { force: true });
    const child = fork(require.resolve('./host'), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        const text = chunk.toString('utf8');
        this.output = (this.output + text).slice(-KEPT_OUTPUT);
        this.onOutput(text);
      });
    }
    child.on('message', (message: FromHost) => {
      if (this.child === child) this.take(message);
    });
    // Not 'exit', because the last output comes after 'exit'.
    child.on('close', (code, signal) => {
      if (this.child === child) this.onEnd(code, signal);
    });
    child.on('error', () => {});
    const { id, settings, recordFile, restarts } = this;
    send(child, { type: 'setup', id, settings, recordFile, restarts });
    this.child = child;
    return child;
  }

  private take(message: FromHost): void {
    if (message.type === 'stacks') {
      this.stacks = message.stacks;
      return;
    }
    if (message.type === 'limit') {
      this.inputLimitMs = message.inputLimitMs;
      return;
    }
    this.inputLimitMs = null;
    if (message.type === 'value') {
      this.settle((pending) => pending.resolve(message.value));
    } else if (message.type === 'ended') {
      this.restarts += 1;
      const { kind, inFlight, message: text, stacks } = message;
      this.settle((pending) => pending.reject(new ThreadDeath(kind, inFlight, text, this.stopwatch(), stacks)));
    } else {
      const error = Object.assign(new Error(message.message), { stack: message.stack });
      this.settle((pending) => pending.reject(error));
    }
  }

  private onEnd(code: number | null, signal: NodeJS.Signals | null): void {
    this.child = null;
    this.restarts += 1;
    this.inputLimitMs = null;
    const isMemory = OUT_OF_MEMORY.test(this.output) || signal === 'SIGKILL';
    const kind = isMemory ? 'out-of-memory' : signal !== null || (code ?? 0) > 128 ? 'crash' : 'exit';
    const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
    const message = `Its process was ended ${how}.`;
    const death = new ThreadDeath(kind, this.recorded(), message, this.stopwatch(), this.stacks);
    this.settle((pending) => pending.reject(death));
  }

  private settle(how: (pending: NonNullable<IsolatedWorker['pending']>) => void): void {
    const { pending } = this;
    this.pending = null;
    if (pending !== null) how(pending);
  }
}

function send(child: ChildProcess, message: ToHost): void {
  // If the process has ended, its 'close' event follows.
  if (child.connected) child.send(message, () => {});
}
