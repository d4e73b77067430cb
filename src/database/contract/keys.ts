import { MAX_KEY_BYTES } from '../base/key';
import type { ContractTools } from './tools';
import { keys, put } from './operations';

/** Which keys a database accepts. */
export function testKeys({ it, expect }: ContractTools): void {
  it('takes keys of the greatest length', async (database) => {
    const key = 'k'.repeat(MAX_KEY_BYTES);
    await database.write([put(key, 1)]);
    expect(await database.get(key)).toEqual(Uint8Array.of(1));
    expect(await keys(database, 'kk')).toEqual([key]);
  });

  for (const [what, key] of [
    ['an empty key', ''],
    ['a longer key', 'k'.repeat(MAX_KEY_BYTES + 1)],
    ['a key with too many bytes', 'ä'.repeat(MAX_KEY_BYTES / 2 + 1)],
    ['half a surrogate pair', 'k/\ud83d'],
  ] as const) {
    it(`refuses ${what} and then writes nothing`, async (database) => {
      await expect(database.write([put('a', 1), put(key, 1)])).rejects.toMatchObject({ code: 'bad-key' });
      await expect(database.get(key)).rejects.toMatchObject({ code: 'bad-key' });
      expect(await keys(database, '')).toEqual([]);
    });
  }
}
