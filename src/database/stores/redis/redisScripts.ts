import { createHash } from 'node:crypto';
import { messageOf } from '../../base/databaseError';
import type { RedisReply, RedisSession } from './redisConnection';

/** A script that the server runs as one step, and the hash by which the server knows it. */
export interface RedisScript {
  readonly source: string;
  readonly sha: string;
}

/**
 * Applies all operations of one write, or none. KEYS: the index, then for each operation the key of its value. ARGV:
 * milliseconds after which records expire (0 = never); then for each operation its type, its member of the index and
 * its value; then channels, each with a message for its watchers. Types: `e` expects this value, `n` expects none, `d`
 * deletes, `p` puts a record that stays, `x` one that may expire. Answers with the member of the first expectation that
 * is not met, or with nil.
 *
 * When the server is out of memory, Redis refuses the first command of the script that needs memory. After a script has
 * written something, Redis lets it finish. So the script applies all or none then, too.
 */
export const WRITE = script(`
for i = 2, #KEYS do
  local at = 2 + (i - 2) * 3
  if ARGV[at] == 'e' then
    if redis.call('GET', KEYS[i]) ~= ARGV[at + 2] then return ARGV[at + 1] end
  elseif ARGV[at] == 'n' then
    if redis.call('EXISTS', KEYS[i]) == 1 then return ARGV[at + 1] end
  end
end
for i = 2, #KEYS do
  local at = 2 + (i - 2) * 3
  local what = ARGV[at]
  if what == 'd' then
    redis.call('DEL', KEYS[i])
    redis.call('ZREM', KEYS[1], ARGV[at + 1])
  elseif what == 'p' or what == 'x' then
    if what == 'x' and ARGV[1] ~= '0' then
      redis.call('SET', KEYS[i], ARGV[at + 2], 'PX', ARGV[1])
    else
      redis.call('SET', KEYS[i], ARGV[at + 2])
    end
    redis.call('ZADD', KEYS[1], 0, ARGV[at + 1])
  end
end
for i = 2 + (#KEYS - 1) * 3, #ARGV, 2 do redis.call('PUBLISH', ARGV[i], ARGV[i + 1]) end
return false
`);

/**
 * Runs after a read. KEYS: the index, then keys of values; ARGV: milliseconds to live, then the members of the index.
 * Removes expired records from the index. Every other record that can expire gets its full time again.
 */
export const TOUCH = script(`
for i = 2, #KEYS do
  local left = redis.call('PTTL', KEYS[i])
  if left == -2 then
    redis.call('ZREM', KEYS[1], ARGV[i])
  elseif left >= 0 and tonumber(ARGV[1]) > 0 and left < tonumber(ARGV[1]) * 0.9 then
    redis.call('PEXPIRE', KEYS[i], ARGV[1])
  end
end
return false
`);

/** Runs a script by its hash; with its text when the server does not know the script yet. */
export async function runScript(
  session: RedisSession,
  { source, sha }: RedisScript,
  keys: readonly string[],
  values: readonly (string | Buffer)[],
): Promise<RedisReply> {
  const rest = [String(keys.length), ...keys, ...values];
  try {
    return await session.send('EVALSHA', sha, ...rest);
  } catch (error) {
    if (!messageOf(error).startsWith('NOSCRIPT')) throw error;
    return session.send('EVAL', source, ...rest);
  }
}

function script(source: string): RedisScript {
  return { source, sha: createHash('sha1').update(source).digest('hex') };
}
