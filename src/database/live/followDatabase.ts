import { createHash } from 'node:crypto';
import type { FuzzEvent } from '../../protocol/events';
import { BehaviorUnion } from '../records/behaviorRecords';
import { storedEvents } from './campaignState';
import { messageOf } from '../base/databaseError';
import { BEAT_MS, PresenceWatch } from './presence';
import type { Records } from '../records/records';

export interface FollowOptions {
  /**
   * Milliseconds between two reads of the database, if there are changes; 1000 if absent. After a long read the pause
   * is longer, so that reading takes at most a fifth of the time.
   */
  readonly intervalMs?: number;
  /** Called when the database cannot be read. The next change causes another try. */
  readonly onError?: (message: string) => void;
  /** Epoch milliseconds that never go back, to decide which fuzzers are alive. Without it, none counts as alive. */
  readonly now?: () => number;
}

/** Kinds of records that a page shows. */
const SHOWN = ['run', 'target', 'share', 'seen', 'not-collected', 'worker', 'notice', 'points', 'failure'];

/**
 * Calls `onEvent` with the events of the present state (see `loadState`), and then, whenever processes change the
 * database, with an event for each record that changed. An event adds or replaces something; deletions are not
 * reported. Returns a function that ends this.
 */
export function followDatabase(
  records: Records,
  onEvent: (event: FuzzEvent) => void,
  options: FollowOptions = {},
): () => void {
  const { intervalMs = 1000, onError = () => {}, now } = options;
  const presence = now && new PresenceWatch(now);
  const view = presence && { presence, union: new BehaviorUnion(records.runs.seen) };
  /** By record: the hash of its value when its event was last given. */
  let seen = new Map<string, string>();
  let seenRun: string | null = null;
  let isChanged = true;
  let isEnded = false;
  let timer: NodeJS.Timeout | null = null;
  let isLooking = false;

  function isNews(key: string, value: Uint8Array, runId: string | null): boolean {
    if (runId !== seenRun) {
      // With a new run, the receiver drops everything of the old run, so all records are news again.
      seen = new Map();
      seenRun = runId;
    }
    const hash = createHash('sha1').update(value).digest('base64');
    if (seen.get(key) === hash) return false;
    seen.set(key, hash);
    return true;
  }

  async function look(): Promise<void> {
    isLooking = true;
    const startedAt = now?.() ?? 0;
    isChanged = false;
    try {
      for await (const { event } of storedEvents(records, isNews, view)) {
        if (isEnded) return;
        onEvent(event);
      }
    } catch (error) {
      if (!isEnded) onError(messageOf(error));
    } finally {
      isLooking = false;
    }
    if (!isEnded) {
      timer = setTimeout(rested, Math.max(intervalMs, 4 * ((now?.() ?? 0) - startedAt)));
      timer.unref();
    }
  }

  function rested(): void {
    timer = null;
    if (isChanged) void look();
  }

  // A fuzzer that is gone writes nothing more, so only regular reads show that it is gone.
  const beat = setInterval(() => {
    if (presence?.isAnyAlive === true && timer === null && !isLooking) void look();
  }, BEAT_MS);
  beat.unref();

  const noteChange = (): void => {
    isChanged = true;
    if (timer === null && !isLooking) void look();
  };
  const stopWatching = records.watch(noteChange, { kinds: SHOWN });
  void look();

  return () => {
    isEnded = true;
    clearInterval(beat);
    stopWatching();
    if (timer !== null) clearTimeout(timer);
  };
}
