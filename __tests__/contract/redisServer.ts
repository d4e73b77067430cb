import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** A Redis server of its own for a test: on 127.0.0.1, on a free port, in a directory that goes with it. */
export interface TestRedis {
  readonly port: number;
  readonly pid: number;
  /** `redis://127.0.0.1:port/0` and what is given after it. */
  url(rest?: string): string;
  /** Says something to the server and returns its answer as text. */
  ask(...command: readonly string[]): Promise<string>;
  signal(signal: NodeJS.Signals): void;
  /** Kills it, and starts it again on the same port with the same data directory. */
  restart(signal?: NodeJS.Signals): Promise<void>;
  kill(signal?: NodeJS.Signals): Promise<void>;
  start(): Promise<void>;
  /** Ends it and removes its directory. */
  stop(): Promise<void>;
}

/** Null when there is no `redis-server` on this machine. */
export function redisVersion(): string | null {
  const { stdout } = spawnSync('redis-server', ['--version'], { encoding: 'utf8' });
  return /v=(\S+)/.exec(stdout ?? '')?.[1] ?? null;
}

export async function startRedis(...settings: readonly string[]): Promise<TestRedis> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-runner-redis-'));
  const port = await freePort();
  let child: ChildProcess | null = null;

  async function start(): Promise<void> {
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', ''];
    child = spawn('redis-server', [...args, '--logfile', 'log', ...settings], { stdio: 'ignore' });
    const { pid } = child;
    for (;;) {
      if (child.exitCode !== null || pid === undefined) {
        throw new Error(`redis-server ended: ${fs.readFileSync(path.join(directory, 'log'), 'utf8')}`);
      }
      // Whatever it answers, it answers. With data to load it does so when that is done.
      const answer = await askServer(port, ['PING']).catch(() => 'LOADING');
      if (!answer.includes('LOADING')) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async function kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    if (signal !== 'SIGKILL') child.kill('SIGCONT');
    await ended;
  }

  await start();
  return {
    port,
    get pid() {
      return child!.pid!;
    },
    url: (rest = '') => `redis://127.0.0.1:${port}/0${rest}`,
    ask: (...command) => askServer(port, command),
    signal: (signal) => void child!.kill(signal),
    async restart(signal) {
      await kill(signal);
      await start();
    },
    kill,
    start,
    async stop() {
      await kill('SIGKILL');
      fs.rmSync(directory, { recursive: true, force: true });
    },
  };
}

export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** One command over a connection of its own, without the client that is tested. */
async function askServer(port: number, command: readonly string[]): Promise<string> {
  const socket = net.connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write(
      `*${command.length}\r\n${command.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join('')}`,
    );
    const [data] = (await once(socket, 'data')) as [Buffer];
    return data.toString('utf8').trim();
  } finally {
    socket.destroy();
  }
}
