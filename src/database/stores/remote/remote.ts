import type { Database, DatabaseChange, DatabaseEntry } from '../../base/database';
import { DatabaseError, messageOf } from '../../base/databaseError';
import { decodeEntries } from './entryStream';
import { encodeKey } from '../../base/key';
import { hidePassword } from '../redis/redisUrl';

export interface RemoteOptions {
  /** Milliseconds without an answer, or without a further part of it, after which a request fails; 10,000 if absent. */
  readonly timeoutMs?: number;
  /** Called when the token is sent over the network without encryption. */
  readonly onNotice?: (message: string) => void;
}

/** Milliseconds between two requests of `watch`. */
const WATCH_INTERVAL_MS = 1000;

/**
 * Reads the database of a running dashboard over HTTP: `https://host:9797/?token=…`, the address that the dashboard
 * printed. Never writes. Rejects when there is no dashboard, or when it does not take the token.
 */
export async function openRemoteDatabase(url: string, options: RemoteOptions = {}): Promise<Database> {
  const shown = hidePassword(url);
  if (!URL.canParse(url)) {
    throw new DatabaseError('unknown-scheme', `Expected the address of a dashboard but received ${shown}.`);
  }
  const base = new URL(url);
  const token = base.searchParams.get('token') ?? '';
  base.search = '';
  base.hash = '';
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  const database = new RemoteDatabase(base, token, options.timeoutMs ?? 10_000);
  await database.check();
  if (base.protocol === 'http:' && !/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(base.hostname)) {
    options.onNotice?.(
      `The token for ${base.origin} is sent over the network without encryption. Put the dashboard behind a proxy with TLS.`,
    );
  }
  return database;
}

class RemoteDatabase implements Database {
  readonly url: string;
  readonly #watches = new Set<NodeJS.Timeout>();
  readonly #requests = new Set<AbortController>();
  #isClosed = false;

  constructor(
    private readonly base: URL,
    private readonly token: string,
    private readonly timeoutMs: number,
  ) {
    this.url = base.href;
  }

  /** Rejects unless a dashboard answers there and gives access to its database. */
  async check(): Promise<void> {
    await this.#changes();
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    this.#checkOpen();
    encodeKey(key);
    for await (const [found, value] of this.#entries('get', { key })) if (found === key) return value;
    return undefined;
  }

  list(prefix: string): AsyncIterable<DatabaseEntry> {
    return this.#entries('list', { prefix });
  }

  async write(): Promise<void> {
    this.#checkOpen();
    throw new DatabaseError(
      'read-only',
      `The database of the dashboard at ${this.url} can only be read: nothing was written. ` +
        `To write to another database, put that one first: "multi:lmdb:,${this.url}?token=…".`,
    );
  }

  watch(listener: (change: DatabaseChange) => void): () => void {
    this.#checkOpen();
    let seen: string | null = null;
    const look = async (): Promise<void> => {
      try {
        const now = await this.#changes();
        if (seen !== null && now !== seen && this.#watches.has(timer)) listener({ keys: null });
        seen = now;
      } catch {
        // The next request tries again. A read reports what is wrong.
      }
    };
    const timer = setInterval(() => void look(), WATCH_INTERVAL_MS);
    timer.unref();
    this.#watches.add(timer);
    void look();
    return () => {
      clearInterval(timer);
      this.#watches.delete(timer);
    };
  }

  async close(): Promise<void> {
    for (const timer of this.#watches) clearInterval(timer);
    this.#watches.clear();
    this.#isClosed = true;
    for (const request of this.#requests) request.abort(new Error('closed'));
  }

  /** A text that differs after each change there. */
  async #changes(): Promise<string> {
    const request = await this.#fetch('changes', {});
    try {
      const { changes } = JSON.parse(await request.response.text()) as { readonly changes?: unknown };
      if (typeof changes === 'string') return changes;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw this.#away(error);
    } finally {
      request.done();
    }
    throw this.#foreign();
  }

  async *#entries(what: string, query: Readonly<Record<string, string>>): AsyncIterable<DatabaseEntry> {
    this.#checkOpen();
    const { response, alive, done } = await this.#fetch(what, query);
    const chunks = async function* (): AsyncIterable<Uint8Array> {
      for await (const chunk of response.body ?? []) {
        alive();
        yield chunk as Uint8Array;
      }
    };
    try {
      yield* decodeEntries(chunks());
    } catch (error) {
      if (error instanceof DatabaseError) throw error;
      this.#checkOpen();
      throw this.#away(error);
    } finally {
      done();
    }
  }

  async #fetch(
    what: string,
    query: Readonly<Record<string, string>>,
  ): Promise<{ readonly response: Response; readonly alive: () => void; readonly done: () => void }> {
    const url = new URL(`api/database/${what}?${new URLSearchParams(query)}`, this.base);
    const abort = new AbortController();
    const giveUp = (): void => abort.abort(new Error(`no answer for ${this.timeoutMs / 1000} s`));
    this.#requests.add(abort);
    let timer = setTimeout(giveUp, this.timeoutMs);
    const alive = (): void => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, this.timeoutMs);
    };
    const done = (): void => {
      clearTimeout(timer);
      this.#requests.delete(abort);
      // A caller that ends a list early ends the request, too.
      abort.abort();
    };
    try {
      // A redirect could send the token to another server.
      const headers = { Authorization: `Bearer ${this.token}` };
      const response = await fetch(url, { headers, redirect: 'error', signal: abort.signal });
      if (response.status === 200) return { response, alive, done };
      const text = (await response.text()).trim().split('\n', 1)[0]!.slice(0, 300);
      if (response.status === 401) {
        throw new DatabaseError(
          'refused',
          `The dashboard at ${this.url} does not take the token. Use the whole address that it printed, with "?token=…".`,
        );
      }
      if (response.status === 403 || response.status === 421) {
        throw new DatabaseError('refused', `The dashboard at ${this.url} refuses: ${text}`);
      }
      if (response.status === 404) throw this.#foreign();
      throw new DatabaseError('unavailable', `The dashboard at ${this.url} reported an error: ${text}`);
    } catch (error) {
      done();
      if (error instanceof DatabaseError) throw error;
      this.#checkOpen();
      throw this.#away(error);
    }
  }

  #foreign(): DatabaseError {
    return new DatabaseError(
      'foreign',
      `The server at ${this.url} is not a dashboard that gives access to its database. Check the address and its version.`,
    );
  }

  #away(error: unknown): DatabaseError {
    const { cause } = error as { readonly cause?: unknown };
    const reason = cause === undefined ? messageOf(error) : messageOf(cause);
    return new DatabaseError('unavailable', `The dashboard at ${this.url} cannot be read: ${reason}.`, {
      cause: error,
    });
  }

  #checkOpen(): void {
    if (this.#isClosed) {
      throw new DatabaseError('closed', `The database ${this.url} was used after it was closed.`);
    }
  }
}
