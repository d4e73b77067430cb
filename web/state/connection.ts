import { signal } from '@preact/signals';
import { io, type Socket } from 'socket.io-client';
import { PROTOCOL_VERSION } from '../../src/protocol/events';
import type { ClientToServerEvents, ServerToClientEvents } from '../../src/protocol/sockets';
import { applyBatch, applySnapshot, run } from './store';

/**
 * loading: nothing received yet. live: joined. reconnecting: the server is gone, data kept.
 * over: gone after the run had finished. unauthorized: another token is needed. outdated: the page must be reloaded.
 */
export type ConnectionState = 'loading' | 'live' | 'reconnecting' | 'over' | 'unauthorized' | 'outdated';

export const connection = signal<ConnectionState>('loading');
/** When the server was lost, in epoch milliseconds. */
export const lostAt = signal(0);

const LONGEST_PAUSE_MS = 4000;

/** Joins the server this page came from, and goes on trying for as long as the page is open. */
export function connect(): void {
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io({
    transports: ['websocket', 'polling'],
    reconnectionDelay: 500,
    reconnectionDelayMax: LONGEST_PAUSE_MS,
  });

  socket.on('snapshot', (snapshot) => {
    if (snapshot.protocol !== PROTOCOL_VERSION) {
      connection.value = 'outdated';
      socket.disconnect();
      return;
    }
    applySnapshot(snapshot);
    connection.value = 'live';
  });
  socket.on('events', (events) => {
    // After a refused snapshot nothing may be applied.
    if (connection.value === 'live') applyBatch(events);
  });
  socket.on('disconnect', (reason) => {
    if (connection.value !== 'live') return;
    lostAt.value = Date.now();
    connection.value = run.value?.state === 'finished' ? 'over' : 'reconnecting';
    // A server that shuts down says so, and socket.io then waits to be told to go on.
    if (reason === 'io server disconnect') socket.connect();
  });
  socket.on('connect_error', () => void explain(socket));
}

/** A refused socket does not say why; asking over HTTP does. */
async function explain(socket: Socket): Promise<void> {
  try {
    const answer = await fetch('./api/health', { cache: 'no-store' });
    if (answer.status === 401) connection.value = 'unauthorized';
    else if (connection.value === 'unauthorized') connection.value = 'loading';
  } catch {
    // Nobody answers: the server is still gone.
    if (connection.value === 'loading') {
      lostAt.value = Date.now();
      connection.value = 'reconnecting';
    }
  }
  // socket.io goes on by itself after a lost connection, but not after a refusal by the server.
  if (!socket.active) setTimeout(() => socket.connect(), LONGEST_PAUSE_MS);
}
