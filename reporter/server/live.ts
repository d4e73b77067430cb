import type { Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import type { FuzzEvent } from '../../src/protocol/events';
import type { ClientToServerEvents, ServerToClientEvents, Snapshot } from '../../src/protocol/sockets';
import { guardedRequest } from './credentials';
import { guard, type GuardConfig } from './guard';
import { securityHeaders } from './routes';

export interface LiveOptions {
  readonly guardConfig: GuardConfig;
  readonly port: () => number;
  readonly snapshot: () => Snapshot;
}

/** The live part of the dashboard: pages that are connected over socket.io. */
export interface Live {
  send(events: readonly FuzzEvent[]): void;
  /** Closes the sockets and the HTTP server they came through. */
  close(): Promise<void>;
}

/** The most pages at a time: enough for many forgotten tabs. */
const MAX_SOCKETS = 100;
/**
 * If more packets than this wait for a slow page, the page gets no batches. After it has received the packets, it gets
 * a snapshot.
 */
const MAX_BACKLOG = 16;
/** The longest message from a page. Pages only listen and send nothing of their own. */
const MAX_INBOUND_BYTES = 16 * 1024;

type Page = Socket<ClientToServerEvents, ServerToClientEvents>;

export function startLive(http: HttpServer, options: LiveOptions): Live {
  const io = new Server<ClientToServerEvents, ServerToClientEvents>(http, {
    serveClient: false,
    maxHttpBufferSize: MAX_INBOUND_BYTES,
    allowRequest(request, decide) {
      const verdict = guard(guardedRequest(request.headers, options.port()), options.guardConfig);
      const isFull = io.engine.clientsCount >= MAX_SOCKETS;
      if (verdict === 0 && !isFull) decide(null, true);
      else decide(verdict === 0 ? `more than ${MAX_SOCKETS} pages` : `refused with ${verdict}`, false);
    },
  });
  io.engine.use(securityHeaders());
  /** By page: packets that wait for its connection. */
  const backlog = new WeakMap<Page, number>();
  const skipped = new WeakSet<Page>();
  io.on('connection', (page) => {
    page.conn.on('packetCreate', () => backlog.set(page, (backlog.get(page) ?? 0) + 1));
    page.conn.on('flush', () => backlog.set(page, 0));
    page.emit('snapshot', options.snapshot());
  });

  return {
    send(events) {
      let snapshot: Snapshot | null = null;
      for (const page of io.sockets.sockets.values()) {
        if ((backlog.get(page) ?? 0) > MAX_BACKLOG) skipped.add(page);
        else if (skipped.delete(page)) page.emit('snapshot', (snapshot ??= options.snapshot()));
        else page.emit('events', events);
      }
    },
    async close() {
      const closed = io.close();
      http.closeAllConnections();
      await closed;
    },
  };
}
