import type { Codec } from './codec';
import type { Database, WriteOperation } from '../base/database';
import { messageOf } from '../base/databaseError';

/** A record that was skipped; it stays in the database. */
export interface RecordProblem {
  readonly key: string;
  /** One sentence for the user. */
  readonly message: string;
}

export interface ForUpdate<T> {
  /** Undefined also for a record that cannot be decoded. */
  readonly value: T | undefined;
  /** Refuses the write if another process has changed the record since. */
  readonly expect: WriteOperation;
  /** Operations that keep a record that cannot be decoded as `damaged/<its key>`; usually none. */
  readonly aside: readonly WriteOperation[];
}

/** The start of the key of a record that was set aside because it could not be read. */
export const SET_ASIDE = 'damaged/';

/** The records of one kind: those whose key starts with `prefix`. Keys are given without it. */
export class RecordTable<T> {
  constructor(
    private readonly database: Database,
    readonly prefix: string,
    readonly codec: Codec<T>,
    private readonly onProblem: (problem: RecordProblem) => void,
  ) {}

  put(key: string, value: T): WriteOperation {
    return { type: 'put', key: this.prefix + key, value: this.codec.encode(value) };
  }

  delete(key: string): WriteOperation {
    return { type: 'delete', key: this.prefix + key };
  }

  /** Undefined also for a record that cannot be decoded. */
  async get(key: string): Promise<T | undefined> {
    const bytes = await this.database.get(this.prefix + key);
    return bytes && this.decode(this.prefix + key, bytes);
  }

  /** A record to be changed: its value, and the operations that must be part of the write that changes it. */
  async getForUpdate(key: string): Promise<ForUpdate<T>> {
    const name = this.prefix + key;
    const bytes = await this.database.get(name);
    const value = bytes && this.decode(name, bytes);
    const expect: WriteOperation = { type: 'expect', key: name, value: bytes ?? null };
    // A record that is damaged or of a newer version is kept under another key when its key gets a new value.
    const aside: readonly WriteOperation[] =
      bytes === undefined || value !== undefined ? [] : [{ type: 'put', key: SET_ASIDE + name, value: bytes }];
    return { value, expect, aside };
  }

  /** The records that can be decoded, in key order. */
  async list(under = ''): Promise<T[]> {
    const values: T[] = [];
    for await (const [key, bytes] of this.database.list(this.prefix + under)) {
      const value = this.decode(key, bytes);
      if (value !== undefined) values.push(value);
    }
    return values;
  }

  /** Operations that delete all records whose key starts with `under`. */
  async deleteAll(under: string): Promise<WriteOperation[]> {
    const operations: WriteOperation[] = [];
    for await (const [key] of this.database.list(this.prefix + under)) operations.push({ type: 'delete', key });
    return operations;
  }

  /** `key` with its prefix, as a database lists it. */
  decode(key: string, bytes: Uint8Array): T | undefined {
    try {
      return this.codec.decode(bytes);
    } catch (error) {
      this.onProblem({ key, message: `The record ${key} was skipped: ${messageOf(error)}.` });
      return undefined;
    }
  }
}
