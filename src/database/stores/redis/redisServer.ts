import type { RedisSession } from './redisConnection';
import type { RedisKeys } from './redisKeys';
import type { RedisPlace } from './redisUrl';

/** Facts that we ask a server for on each new connection. */
export interface ServerFacts {
  /** `host:port` of the node that answered. */
  readonly node: string;
  /** Each start of the server draws a new one; null when this user has no right to ask for it. */
  readonly runId: string | null;
  /** Written once to the database. If it differs later, or is missing, the database is another one. */
  readonly id: string | null;
  /** Sentences for the user. */
  readonly warnings: readonly string[];
}

export interface ServerQuestion {
  readonly place: RedisPlace;
  /** `host:port` of the node that is connected. */
  readonly node: string;
  readonly keys: RedisKeys;
  readonly readOnly: boolean;
}

/** Rejects when the keys hold data of other programs, or when the server cannot be used. */
export async function readServerFacts(
  session: RedisSession,
  { place, node, keys, readOnly }: ServerQuestion,
): Promise<ServerFacts> {
  // Fails if the key holds something else (WRONGTYPE), and if another node of the cluster has the keys (MOVED).
  await session.send('ZCARD', keys.index);
  const info = await optional(session, 'INFO');
  const runId = /^run_id:(\w+)/m.exec(info)?.[1] ?? null;
  if (!readOnly) {
    // The server refuses this command when its memory is full; the next process that starts tries again.
    await session.send('SET', keys.id, runId ?? 'unknown', 'NX').catch(() => {});
  }
  const id = await session.send('GET', keys.id);
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

/** The answer to a command; empty when this user has no right to send it. */
async function optional(session: RedisSession, ...command: readonly string[]): Promise<string> {
  try {
    return String(await session.send(...command));
  } catch (error) {
    if (/^(?:NOPERM|ERR) /.test((error as Error).message)) return '';
    throw error;
  }
}
