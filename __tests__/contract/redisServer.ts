import { spawn, type ChildProcess } from 'node:child_process';
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
  /** The same, with a password. */
  askAs(password: string, ...command: readonly string[]): Promise<string>;
  signal(signal: NodeJS.Signals): void;
  /** Kills it, and starts it again on the same port with the same data directory. */
  restart(signal?: NodeJS.Signals): Promise<void>;
  kill(signal?: NodeJS.Signals): Promise<void>;
  start(): Promise<void>;
  /** Ends it and removes its directory. */
  stop(): Promise<void>;
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
      const answer = await askServer(port, [['PING']]).catch(() => 'LOADING');
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
    ask: (...command) => askServer(port, [command]),
    askAs: (password, ...command) => askServer(port, [['AUTH', password], command]),
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

/** Nodes of a cluster that share its slots equally; each is a server of its own. */
export async function startCluster(size: number, ...settings: readonly string[]): Promise<TestRedis[]> {
  const nodes: TestRedis[] = [];
  const busPorts: number[] = [];
  for (let count = 0; count < size; count += 1) {
    const busPort = await freePort();
    busPorts.push(busPort);
    nodes.push(await startRedis('--cluster-enabled', 'yes', '--cluster-port', String(busPort), ...settings));
  }
  const [first] = nodes as [TestRedis];
  for (const [at, node] of nodes.entries()) {
    const [from, to] = [Math.ceil((SLOTS * at) / size), Math.ceil((SLOTS * (at + 1)) / size) - 1];
    await node.ask('CLUSTER', 'ADDSLOTSRANGE', String(from), String(to));
    if (at > 0) await first.ask('CLUSTER', 'MEET', '127.0.0.1', String(node.port), String(busPorts[at]));
  }
  for (const node of nodes) {
    for (;;) {
      const info = await node.ask('CLUSTER', 'INFO');
      if (info.includes('cluster_state:ok') && info.includes(`cluster_size:${size}`)) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  return nodes;
}

const SLOTS = 16_384;

export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Commands over a connection of its own, without the client that is tested; the answer to the last. */
async function askServer(port: number, commands: readonly (readonly string[])[]): Promise<string> {
  const socket = net.connect(port, '127.0.0.1');
  let answer = '';
  try {
    await once(socket, 'connect');
    for (const command of commands) {
      const parts = command.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`);
      socket.write(`*${command.length}\r\n${parts.join('')}`);
      const [data] = (await once(socket, 'data')) as [Buffer];
      answer = data.toString('utf8').trim();
    }
    return answer;
  } finally {
    socket.destroy();
  }
}
