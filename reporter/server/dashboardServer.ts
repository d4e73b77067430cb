import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { PROTOCOL_VERSION } from '../../src/protocol/events';
import type { Snapshot } from '../../src/protocol/sockets';
import type { DatabaseSource } from './databaseRoutes';
import { createBatcher } from './batcher';
import { thinCurves } from './curves';
import type { EventSource } from './eventSource';
import { normalizeHostname, type GuardConfig } from './guard';
import { limitEvent } from './limits';
import { listen } from './listen';
import { startLive } from './live';
import { createApp } from './routes';
import { loadToken } from './token';

export type { EventSource } from './eventSource';
export { busSource } from './eventSource';

export interface DashboardOptions {
  readonly source: EventSource;
  /** Address to bind. Default 127.0.0.1: only this machine. */
  readonly host?: string;
  /** Default: 9797, or the next free one. If a number is given, only this one is tried; 0 = any free one. */
  readonly port?: number;
  /** Further host names, beside `host` and the names of this machine, under which browsers may open the dashboard. */
  readonly allowedHosts?: readonly string[];
  /** File of the token, in the database directory. Made (mode 0600) if missing, kept between starts. */
  readonly tokenFile: string;
  /** Opens the database for other processes that read it over HTTP; absent = they cannot read it. */
  readonly database?: DatabaseSource;
  /** True when the data comes from a database and no fuzzer runs in this process. */
  readonly standalone: boolean;
  /** Version of fuzz-runner, shown on the page. */
  readonly version: string;
  /** Folder of the built page. Default: dist/web of this package. */
  readonly webRoot?: string;
  /** Least time between two batches to a page, in milliseconds. Default 250. */
  readonly batchMs?: number;
}

export interface Dashboard {
  /** Address to open in a browser, with the token. */
  readonly url: string;
  readonly port: number;
  /** Sends the waiting events, closes every socket, and frees the port. */
  close(): Promise<void>;
}

const BATCH_MS = 250;
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];
const WILDCARDS = new Set(['0.0.0.0', '::', '[::]']);

/** Starts the live page: HTTP and socket.io on one port, both behind the same guard. */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const host = options.host ?? '127.0.0.1';
  const names = allowedNames(host, options.allowedHosts ?? []);
  const guardConfig: GuardConfig = { allowedHosts: new Set(names), token: await loadToken(options.tokenFile) };
  const { source, standalone, version } = options;
  const snapshot = (): Snapshot => ({
    protocol: PROTOCOL_VERSION,
    version,
    standalone,
    events: thinCurves(source.snapshot()).map(limitEvent),
  });

  let boundPort = 0;
  const shared = { guardConfig, port: () => boundPort, snapshot };
  const http: Server = createServer(
    createApp({ ...shared, database: options.database ?? null, webRoot: options.webRoot ?? builtWebRoot() }),
  );
  boundPort = await listen(http, host.replace(/^\[|\]$/g, ''), options.port);
  const live = startLive(http, shared);
  const present = source.snapshot().find((event) => event.type === 'run')?.run.runId ?? null;
  const batcher = createBatcher(options.batchMs ?? BATCH_MS, (events) => live.send(events.map(limitEvent)), present);
  const unsubscribe = source.subscribe((event) => batcher.add(event));

  let closed: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    unsubscribe();
    batcher.flush();
    batcher.stop();
    // Waits one turn of the event loop, so that the last batch is sent before the sockets close.
    await new Promise((resolve) => setImmediate(resolve));
    await live.close();
  };
  return {
    url: `http://${names[0]}:${boundPort}/?token=${guardConfig.token}`,
    port: boundPort,
    close: () => (closed ??= close()),
  };
}

/** Host names under which a browser may open the dashboard; the first one is printed. */
function allowedNames(host: string, extra: readonly string[]): string[] {
  const isWildcard = WILDCARDS.has(host);
  if (isWildcard && extra.length === 0) {
    throw new Error(
      `The dashboard is asked to listen on every address (${host}) but no host name is allowed. Pass --allowed-hosts with the host names that people will use to open it.`,
    );
  }
  const asked = [...(isWildcard ? [] : [host]), ...extra].map((name) => {
    const normalized = normalizeHostname(name);
    if (normalized !== null) return normalized;
    throw new Error(`Expected a host name of the dashboard to be like example.org or 10.0.0.5 but received "${name}".`);
  });
  return [...asked, ...LOOPBACK];
}

function builtWebRoot(): string {
  const root = path.join(__dirname, '..', '..');
  // The compiled file is in dist/reporter/server, the source in reporter/server.
  return path.basename(root) === 'dist' ? path.join(root, 'web') : path.join(root, 'dist', 'web');
}
