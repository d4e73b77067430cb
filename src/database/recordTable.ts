import type { Codec } from './codec';
import type { Database, WriteOperation } from './database';
import { messageOf } from './databaseError';

/** A record that was skipped; it stays in the database. */
export interface RecordProblem {
  readonly key: string;
  /** One sentence for the user. */
  readonly message: string;
}

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

  /** A record to be changed: its value, and the operation that refuses to write if somebody changed it since. */
  async getForUpdate(key: string): Promise<{ readonly value: T | undefined; readonly expect: WriteOperation }> {
    const bytes = await this.database.get(this.prefix + key);
    return {
      value: bytes && this.decode(this.prefix + key, bytes),
      expect: { type: 'expect', key: this.prefix + key, value: bytes ?? null },
    };
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
