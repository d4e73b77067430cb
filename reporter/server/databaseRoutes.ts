import { once } from 'node:events';
import type { Express, Request, Response } from 'express';
import { DatabaseError, type Database } from '../../src/database';
import { encodeEntry, END_OF_ENTRIES } from '../../src/database/stores/remote/entryStream';

/** Opens the database the first time that somebody asks for it. */
export type DatabaseSource = () => Promise<Database>;

/**
 * What src/database/stores/remote/remote.ts reads: `GET /api/database/list?prefix=`, `get?key=` and `changes`. The guard stands
 * before them as before all else. Nothing can be written.
 */
export function addDatabaseRoutes(app: Express, source: DatabaseSource): void {
  let opened: Promise<Followed> | null = null;
  const answer =
    (give: (followed: Followed, request: Request, response: Response) => Promise<void>) =>
    (request: Request, response: Response): void => {
      opened ??= follow(source).catch((error: unknown) => {
        // The next request tries again.
        opened = null;
        throw error;
      });
      opened.then((followed) => give(followed, request, response)).catch((error: unknown) => refuse(response, error));
    };

  app.get('/api/database/changes', answer(giveChanges));
  app.get('/api/database/get', answer(giveEntry));
  app.get('/api/database/list', answer(giveList));
}

interface Followed {
  readonly database: Database;
  /** Another text whenever something changed since. */
  readonly changes: () => string;
}

async function giveChanges({ changes }: Followed, _request: Request, response: Response): Promise<void> {
  response.setHeader('Cache-Control', 'no-store').json({ changes: changes() });
}

async function giveEntry({ database }: Followed, request: Request, response: Response): Promise<void> {
  const key = parameter(request, 'key');
  const value = await database.get(key);
  begin(response);
  if (value !== undefined) response.write(encodeEntry([key, value]));
  response.end(END_OF_ENTRIES);
}

async function giveList({ database }: Followed, request: Request, response: Response): Promise<void> {
  const entries = database.list(parameter(request, 'prefix'))[Symbol.asyncIterator]();
  // The first before the answer begins: what is wrong is found out by it, as a rule.
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
  // Another dashboard on the same port counts anew.
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
  // In the middle of a list: without its end the other side knows that it was cut off.
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
