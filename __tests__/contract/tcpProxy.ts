import { once } from 'node:events';
import net from 'node:net';

/** Stands between a client and a server of 127.0.0.1, and can be cut. */
export interface TestProxy {
  readonly port: number;
  /** Ends all connections; new ones are taken. */
  cut(): void;
  /** Ends all connections, and every new one at once, until told otherwise. */
  refuse(isRefused: boolean): void;
  close(): void;
}

/** `target`: the port that it forwards to. */
export async function proxyOf(target: number): Promise<TestProxy> {
  const sockets = new Set<net.Socket>();
  let isRefused = false;
  const listener = net.createServer((socket) => {
    if (isRefused) {
      socket.destroy();
      return;
    }
    const other = net.connect(target, '127.0.0.1');
    for (const [one, its] of [
      [socket, other],
      [other, socket],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {});
      // Also after an error, which a pipe does not pass on.
      one.on('close', () => {
        sockets.delete(one);
        its.destroy();
      });
    }
    socket.pipe(other).pipe(socket);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const { port } = listener.address() as net.AddressInfo;
  return {
    port,
    cut,
    refuse(now) {
      isRefused = now;
      if (now) cut();
    },
    close: () => {
      cut();
      listener.close();
    },
  };
}
