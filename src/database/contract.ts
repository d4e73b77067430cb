import type jestGlobals from '@jest/globals';
import type { Database } from './base/database';
import { testExpectations } from './contract/expectations';
import { testKeys } from './contract/keys';
import { testLifecycle } from './contract/lifecycle';
import { testLists } from './contract/lists';
import { testUnreadableRecords } from './contract/unreadableRecords';
import { testValues } from './contract/values';

export interface DatabaseContract {
  readonly name: string;
  /** Opens an empty database. */
  open(): Promise<Database>;
  /** Removes what `open` left, after the database was closed. */
  cleanUp?(): void;
  /** Tests that this database cannot pass, each by its name and with a reason. */
  readonly skip?: readonly { readonly test: string; readonly reason: string }[];
}

/**
 * `fuzz-runner/contract`: declares tests of Jest for everything that a database must do. Call it in a test file for a
 * database of your own. Jest is needed only when this is called, and then Jest itself resolves the `require`.
 */
export function describeDatabase(contract: DatabaseContract): void {
  const { afterEach, describe, expect, test } = require('@jest/globals') as typeof jestGlobals;
  const it = (name: string, body: (database: Database) => Promise<void>): void => {
    const skipped = contract.skip?.find((entry) => entry.test === name);
    if (skipped !== undefined) {
      test.skip(`${name} (skipped: ${skipped.reason})`, () => {});
      return;
    }
    test(name, async () => {
      open = await contract.open();
      await body(open);
    });
  };
  let open: Database | null = null;

  describe(contract.name, () => {
    afterEach(async () => {
      await open?.close();
      open = null;
      contract.cleanUp?.();
    });

    const tools = { it, expect };
    testValues(tools);
    testLists(tools);
    testExpectations(tools);
    testKeys(tools);
    testUnreadableRecords(tools);
    testLifecycle(tools);
  });
}
