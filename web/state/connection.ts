import { signal } from '@preact/signals';
import { io, type Socket } from 'socket.io-client';
import { PROTOCOL_VERSION } from '../../src/protocol/events';
import type { ClientToServerEvents, ServerToClientEvents } from '../../src/protocol/sockets';
import { applyBatch, applySnapshot, run } from './store';

/**
 * loading: nothing was received yet. live: connected. reconnecting: the server is gone, and the page keeps its data.
 * over: the server is gone after the run had finished. unauthorized: the page needs another token. outdated: the page
 * must be reloaded.
 */
export type ConnectionState = 'loading' | 'live' | 'reconnecting' | 'over' | 'unauthorized' | 'outdated';

export const connection = signal<ConnectionState>('loading');
/** When the connection was lost, in epoch milliseconds. */
export const lostAt = signal(0);

const LONGEST_PAUSE_MS = 4000;

/** Connects to the server of this page, and keeps trying as long as the page is open. */
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
    // After a snapshot of another protocol version, events must not be applied.
    if (connection.value === 'live') applyBatch(events);
  });
  socket.on('disconnect', (reason) => {
    if (connection.value !== 'live') return;
    lostAt.value = Date.now();
    connection.value = run.value?.state === 'finished' ? 'over' : 'reconnecting';
    // When the server closes the connection, socket.io does not connect again by itself.
    if (reason === 'io server disconnect') socket.connect();
  });
  socket.on('connect_error', () => void explain(socket));
}

/** Finds out why a connection failed. A refused socket gives no reason, but an HTTP request does. */
async function explain(socket: Socket): Promise<void> {
  try {
    const answer = await fetch('./api/health', { cache: 'no-store' });
    if (answer.status === 401) connection.value = 'unauthorized';
    else if (connection.value === 'unauthorized') connection.value = 'loading';
  } catch {
    // The request failed: the server is still gone.
    if (connection.value === 'loading') {
      lostAt.value = Date.now();
      connection.value = 'reconnecting';
    }
  }
  // socket.io connects again by itself after a lost connection, but not after a refusal by the server.
  if (!socket.active) setTimeout(() => socket.connect(), LONGEST_PAUSE_MS);
}
