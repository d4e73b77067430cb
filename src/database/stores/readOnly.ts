import type { Database } from '../base/database';
import { DatabaseError } from '../base/databaseError';

/** The same database, but every write is refused. Closing it also closes `database`. */
export function readOnly(database: Database): Database {
  return {
    url: database.url,
    get: (key) => database.get(key),
    list: (prefix) => database.list(prefix),
    async write() {
      throw new DatabaseError('read-only', `The database ${database.url} is used read-only: nothing was written.`);
    },
    watch: (listener, options) => database.watch(listener, options),
    close: () => database.close(),
  };
}
