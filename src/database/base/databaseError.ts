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
  /** The path of the directory, or of a folder above it, is a file. */
  | 'not-a-directory'
  /** The permissions do not allow writing. */
  | 'not-writable'
  /** The directory or the server holds data of another program, or the server is not of the kind that the URL names. */
  | 'foreign'
  /** Made by a newer version of this package. */
  | 'newer-format'
  /** Its contents cannot be read. */
  | 'damaged'
  /** Opened read-only, and there is no database. */
  | 'missing'
  | 'unknown-scheme'
  | 'read-only'
  | 'closed'
  | 'worker-thread'
  | 'bad-key'
  /** Another process changed a value that this write relies on. */
  | 'conflict'
  /** The server is away, or takes no writes now. A write with an `expect` may have arrived or not. */
  | 'unavailable'
  /** The server does not accept the user, the password or the token. */
  | 'refused'
  /** The system reported an error: disk full, for example. */
  | 'io';

/*
 * The functions below look at the fields of an error: inside a Jest test, errors of Node.js come from another realm, so
 * `instanceof Error` is false for them.
 */

/** The `code` of a Node.js error (`ENOENT`); undefined for anything else. */
export function systemErrorCode(error: unknown): string | undefined {
  const code = (error as { readonly code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** The `message` of an error; the text of anything else. */
export function messageOf(error: unknown): string {
  const message = (error as { readonly message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' ? message : String(error);
}

/** The error for a write whose `expect` was not met. */
export function conflict(key: string): DatabaseError {
  return new DatabaseError('conflict', `Another process changed ${key}, so nothing was written. Read the key again.`);
}
