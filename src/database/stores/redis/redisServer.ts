import type { RedisSession } from './redisLink';
import type { RedisPlace } from './redisUrl';

/** What is asked of a server each time it is connected. */
export interface ServerFacts {
  /** `host:port` of the node that answered. */
  readonly node: string;
  /** Drawn anew by each start of the server; null when this user may not ask. */
  readonly runId: string | null;
  /** Written once to the database: another, or none, is another database. */
  readonly id: string | null;
  /** Sentences for the user. */
  readonly warnings: readonly string[];
}

/** Rejects when the keys are not ours, or the server is none for us. */
export async function readServerFacts(
  session: RedisSession,
  place: RedisPlace,
  node: string,
  index: string,
  idKey: string,
  readOnly: boolean,
): Promise<ServerFacts> {
  // Fails if it holds something else (WRONGTYPE), and if this node of a cluster is not the right one (MOVED).
  await session.send('ZCARD', index);
  const info = await optional(session, 'INFO');
  const runId = /^run_id:(\w+)/m.exec(info)?.[1] ?? null;
  if (!readOnly) {
    // Refused when the memory is full: then the next start of a process does it.
    await session.send('SET', idKey, runId ?? 'unknown', 'NX').catch(() => {});
  }
  const id = await session.send('GET', idKey);
  return { node, runId, id: id === null ? null : String(id), warnings: await readWarnings(session, place, info) };
}

async function readWarnings(session: RedisSession, place: RedisPlace, info: string): Promise<string[]> {
  const server = `The Redis server ${place.host}:${place.port}`;
  const warnings: string[] = [];
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? '';
  const limit = Number(/^maxmemory:(\d+)/m.exec(info)?.[1] ?? 0);
  if (policy.startsWith('allkeys') && limit > 0) {
    warnings.push(
      `${server} forgets any key when its memory is full (maxmemory-policy ${policy}), failures too. ` +
        'Set it to noeviction, or to volatile-lru and give the URL "expire=30d".',
    );
  }
  const isLogged = /^aof_enabled:1/m.test(info);
  if (!isLogged && info !== '') {
    const saves = await optional(session, 'CONFIG', 'GET', 'save');
    if (saves === 'save,') {
      warnings.push(
        `${server} keeps nothing when it is restarted (no append-only file, no snapshots). Set "appendonly yes" there.`,
      );
    }
  }
  return warnings;
}

/** What a user with few rights may not ask is not asked. */
async function optional(session: RedisSession, ...command: readonly string[]): Promise<string> {
  try {
    return String(await session.send(...command));
  } catch (error) {
    if (/^(?:NOPERM|ERR) /.test((error as Error).message)) return '';
    throw error;
  }
}
