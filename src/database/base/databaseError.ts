/** Why a database could not be opened or used; `message` is one or two sentences for the user. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';

  constructor(
    readonly code: DatabaseErrorCode,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }
}

export type DatabaseErrorCode =
  /** The place is a file. */
  | 'not-a-directory'
  /** The permissions do not allow it. */
  | 'not-writable'
  /** The directory, or the server, holds or is something that is not ours. */
  | 'foreign'
  /** Made by a newer version of this package. */
  | 'newer-format'
  /** Its contents cannot be read. */
  | 'damaged'
  /** Opened read-only, and there is nothing. */
  | 'missing'
  | 'unknown-scheme'
  | 'read-only'
  | 'closed'
  | 'worker-thread'
  | 'bad-key'
  /** Another process changed what this write relies on. */
  | 'conflict'
  /** The server is away, or takes no more for now. What was written with `expect` may have arrived or not. */
  | 'unavailable'
  /** The server wants another user, password or token. */
  | 'refused'
  /** The system reported an error: disk full, for example. */
  | 'io';

/*
 * Errors are told by their fields: inside a Jest test those of Node.js come from another realm, where
 * `instanceof Error` is false.
 */

/** The `code` of a Node.js error (`ENOENT`); undefined for anything else. */
export function systemErrorCode(error: unknown): string | undefined {
  const code = (error as { readonly code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

export function messageOf(error: unknown): string {
  const message = (error as { readonly message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' ? message : String(error);
}

/** For a write whose `expect` was not met. */
export function conflict(key: string): DatabaseError {
  return new DatabaseError('conflict', `Another process changed ${key} meanwhile: nothing was written. Read it again.`);
}
