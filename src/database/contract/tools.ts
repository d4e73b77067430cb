import type jestGlobals from '@jest/globals';
import type { Database } from '../base/database';

/**
 * Parts of Jest for the tests of the contract. They are passed, because they are loaded only when `describeDatabase` is
 * called.
 */
export interface ContractTools {
  /** Declares a test that gets an open, empty database. It is skipped if the contract says so. */
  readonly it: (name: string, body: (database: Database) => Promise<void>) => void;
  readonly expect: typeof jestGlobals.expect;
}
