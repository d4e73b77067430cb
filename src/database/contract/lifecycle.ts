import type { DatabaseChange } from '../base/database';
import type { ContractTools } from './tools';
import { keys, put } from './operations';

/** Watching and closing. */
export function testLifecycle({ it, expect }: ContractTools): void {
  it('tells watchers of a change until they leave', async (database) => {
    const seen: DatabaseChange[] = [];
    let leave = (): void => {};
    const changed = new Promise<void>((resolve) => {
      leave = database.watch((change) => {
        seen.push(change);
        resolve();
      });
    });
    await database.write([put('a', 1)]);
    await changed;
    expect(seen[0]?.keys ?? ['a']).toEqual(['a']);
    leave();
    const count = seen.length;
    // A second watcher shows that the change was noticed.
    const again = new Promise<void>((resolve) => database.watch(() => resolve()));
    await database.write([put('b', 1)]);
    await again;
    expect(seen).toHaveLength(count);
  });

  it('finishes writes before it closes, and refuses work afterwards', async (database) => {
    const written = database.write([put('a', 1)]);
    await database.close();
    await expect(written).resolves.toBeUndefined();
    await database.close();
    await expect(database.get('a')).rejects.toMatchObject({ code: 'closed' });
    await expect(database.write([put('a', 1)])).rejects.toMatchObject({ code: 'closed' });
    await expect(keys(database, '')).rejects.toMatchObject({ code: 'closed' });
    expect(() => database.watch(() => {})).toThrow(expect.objectContaining({ code: 'closed' }));
  });
}
