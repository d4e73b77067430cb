import { once } from 'node:events';
import type { Express, Request, Response } from 'express';
import { DatabaseError, type Database } from '../../src/database';
import { encodeEntry, END_OF_ENTRIES } from '../../src/database/stores/remote/entryStream';

/** Opens the database; called at the first request for it. */
export type DatabaseSource = () => Promise<Database>;

/**
 * The routes that src/database/stores/remote/remote.ts reads: `GET /api/database/list?prefix=`, `get?key=` and
 * `changes`. The guard checks them like all other requests. Nothing can be written.
 */
export function addDatabaseRoutes(app: Express, source: DatabaseSource): void {
  let opened: Promise<Followed> | null = null;
  const answer =
    (send: (followed: Followed, request: Request, response: Response) => Promise<void>) =>
    (request: Request, response: Response): void => {
      opened ??= follow(source).catch((error: unknown) => {
        // The next request tries again.
        opened = null;
        throw error;
      });
      opened.then((followed) => send(followed, request, response)).catch((error: unknown) => refuse(response, error));
    };

  app.get('/api/database/changes', answer(sendChanges));
  app.get('/api/database/get', answer(sendEntry));
  app.get('/api/database/list', answer(sendList));
}

interface Followed {
  readonly database: Database;
  /** A text that differs after each change. */
  readonly changes: () => string;
}

async function sendChanges({ changes }: Followed, _request: Request, response: Response): Promise<void> {
  response.setHeader('Cache-Control', 'no-store').json({ changes: changes() });
}

async function sendEntry({ database }: Followed, request: Request, response: Response): Promise<void> {
  const key = parameter(request, 'key');
  const value = await database.get(key);
  begin(response);
  if (value !== undefined) response.write(encodeEntry([key, value]));
  response.end(END_OF_ENTRIES);
}

async function sendList({ database }: Followed, request: Request, response: Response): Promise<void> {
  const entries = database.list(parameter(request, 'prefix'))[Symbol.asyncIterator]();
  // The first entry is read before the answer begins: it usually shows whether the database can be read.
  let next = await entries.next();
  begin(response);
  for (; next.done !== true && !response.destroyed; next = await entries.next()) {
    if (!response.write(encodeEntry(next.value))) {
      await Promise.race([once(response, 'drain'), once(response, 'close')]);
    }
  }
  await entries.return?.();
  response.end(END_OF_ENTRIES);
}

async function follow(source: DatabaseSource): Promise<Followed> {
  const database = await source();
  let count = 0;
  database.watch(() => (count += 1));
  // Another dashboard on the same port counts from 0 again, so its process id is part of the text.
  return { database, changes: () => `${process.pid} ${count}` };
}

function begin(response: Response): void {
  response.setHeader('Cache-Control', 'no-store').setHeader('Content-Type', 'application/octet-stream');
}

function parameter(request: Request, name: string): string {
  const value = request.query[name];
  if (typeof value === 'string') return value;
  throw new DatabaseError('bad-key', `Expected one "${name}" in the address.`);
}

function refuse(response: Response, error: unknown): void {
  // The error came in the middle of a list: the other side sees that the end of the list is missing.
  if (response.headersSent) response.destroy();
  else {
    const isMistake = error instanceof DatabaseError && error.code === 'bad-key';
    const message = error instanceof DatabaseError ? error.message : 'The database cannot be read.';
    response
      .status(isMistake ? 400 : 503)
      .setHeader('Cache-Control', 'no-store')
      .type('text')
      .send(`${message}\n`);
  }
}
