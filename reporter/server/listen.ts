import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The port that is tried first when the user names none. */
const DEFAULT_PORT = 9797;
/** Number of ports, from `DEFAULT_PORT` on, that are tried before any free one is taken. */
const NEIGHBORS = 20;

/**
 * Makes `server` listen and returns its port. If the user named a `port`, only this one is tried (0: any free one).
 * Otherwise `DEFAULT_PORT` and the next ones are tried: an open page connects again after a restart if the port is the
 * same.
 */
export async function listen(server: Server, host: string, port: number | undefined): Promise<number> {
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw new Error(`Expected the dashboard's port to be a whole number from 0 to 65535 but received ${port}.`);
  }
  const tries = port === undefined ? [...Array(NEIGHBORS).keys()].map((offset) => DEFAULT_PORT + offset) : [port];
  if (port === undefined) tries.push(0);
  for (const candidate of tries) {
    const taken = await tryListen(server, host, candidate);
    if (taken !== null) return taken;
  }
  throw new Error(
    `Port ${port} of ${host} is in use, so the dashboard cannot start there. Stop the program that uses it, name another port with --port, or use --port=0 for any free one.`,
  );
}

/** The port, or null if it is in use. */
function tryListen(server: Server, host: string, port: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      server.off('listening', onListening);
      if (error.code === 'EADDRINUSE') resolve(null);
      else {
        const message = `The dashboard cannot listen on ${host}, port ${port}: ${error.message}.`;
        reject(new Error(`${message} Name an address of this machine with --host.`, { cause: error }));
      }
    };
    const onListening = (): void => {
      server.off('error', onError);
      resolve((server.address() as AddressInfo).port);
    };
    server.once('error', onError);
    server.once('listening', onListening);
    server.listen(port, host);
  });
}
