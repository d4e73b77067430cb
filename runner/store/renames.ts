import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { retryConflicts, withHistory, writeReplayFiles, type Records, type WriteOperation } from '../../src/database';
import { mayClose } from '../../src/database/merge/codeHistory';
import { mergeSnapshots } from '../../src/database/merge/mergeSnapshots';
import { startOf } from '../../src/database/operations/mergeRecords';
import { findRenamed, type NamedTarget, type RenamedTarget } from '../../src/database/merge/renamedTargets';
import type { CodeTag, FailureHistoryEntry, FailureSnapshot } from '../../src/protocol/failure';
import type { Origin } from '../../src/protocol/origin';
import type { TargetId } from '../../src/protocol/target';
import { isOpen } from '../../src/protocol/failureStates';
import type { FoundTarget } from '../channel/messages';
import { failureId } from '../targets/failureSnapshots';
import { replayCommand } from '../replay/replayCommand';
import { replayToken } from '../replay/replayToken';

/** A test file after it was loaded. */
export interface CollectedFile {
  /** Relative to the root. */
  readonly file: string;
  readonly targets: readonly FoundTarget[];
  /** Names of all its tests, skipped ones too. */
  readonly testNames: ReadonlySet<string>;
  /** Root folders of the projects: a file name is relative to one of them. */
  readonly roots: ReadonlySet<string>;
}

/** A new target gets at most this many corpus entries of targets with the same arguments. */
const MOST_SEEDS = 200;

/**
 * Finds targets whose test was renamed or moved, and gives them what the database has under the old name: a copy of the
 * corpus and of the words, and the failures. The old corpus stays until `fuzz-runner gc`, for machines that still have
 * the old code. An old failure is closed after it has become clear that the failure continues under the new name.
 */
export class Renames {
  private known: Promise<Map<TargetId, NamedTarget>> | null = null;
  /** Old targets whose records a new target has got. */
  private readonly claimed = new Set<TargetId>();
  /** By new id: the old failures of those that have not failed under their new name yet. */
  private readonly pending = new Map<string, { readonly old: FailureSnapshot; readonly to: TargetId }>();
  /** By new target: inputs of old targets with the same arguments. */
  private readonly seeds = new Map<TargetId, Uint8Array[]>();
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly records: Records,
    /** Folder of the replay files for ordinary runs; null when there is no place for them. */
    private readonly directory: string | null,
    /** Root of the project: Git runs here. */
    private readonly rootDir: string,
    /** The code with which this run fuzzes a target. */
    private readonly codeOf: (targetId: TargetId) => CodeTag,
  ) {}

  /** Must be called for each collected file, before the saved data of its targets is read. */
  adopt(collected: CollectedFile): Promise<void> {
    // One file after the other: two files must not take the same old target.
    const next = this.turn.then(() => this.adoptNow(collected));
    this.turn = next.catch(() => {});
    return next;
  }

  /** Returns inputs of old targets that had the same arguments as this new one. */
  seedsFor(targetId: TargetId): readonly Uint8Array[] {
    return this.seeds.get(targetId) ?? [];
  }

  /** Called after a failure was saved. If it still fails under its new name, the old failure is closed. */
  async noteSaved(failure: FailureSnapshot, event: FailureHistoryEntry['event']): Promise<void> {
    const pending = this.pending.get(failure.id);
    if (pending === undefined) return;
    this.pending.delete(failure.id);
    if (!isOpen(failure.state) || event === 'passed') return;
    await this.close([pending.old], pending.to);
  }

  private async adoptNow({ file, targets, testNames, roots }: CollectedFile): Promise<void> {
    this.known ??= this.readKnown();
    const known = await this.known;
    const found = new Map(targets.map((target) => [target.id, target]));
    const gone = [...known.values()].filter((target) => {
      if (this.claimed.has(target.id)) return false;
      if (target.file !== file) return ![...roots].some((root) => fs.existsSync(path.join(root, target.file)));
      if (!testNames.has(target.testName)) return true;
      const now = found.get(target.id);
      return now?.shape !== undefined && target.shape !== null && now.shape !== target.shape;
    });
    if (gone.length === 0) return;
    const fresh = targets
      .filter(({ id }) => gone.every((target) => target.id !== id))
      .map((target) => named(target, known.get(target.id)?.seenAt ?? null));
    const { renamed, alike } = findRenamed(gone, fresh);
    for (const pair of renamed) {
      this.claimed.add(pair.from.id);
      await this.take(pair);
    }
    for (const [id, others] of alike) {
      if (known.has(id)) continue;
      const inputs: Uint8Array[] = [];
      for (const other of others) {
        inputs.push(...(await this.records.corpus.list(other.id)).slice(0, MOST_SEEDS).map(({ choices }) => choices));
      }
      this.seeds.set(id, inputs.slice(0, MOST_SEEDS));
    }
  }

  private async take({ from, to, isSure }: RenamedTarget): Promise<void> {
    const { corpus, words, failures } = this.records;
    const entries = await corpus.list(from.id);
    for (let at = 0; at < entries.length; at += 1000) {
      await this.records.write(entries.slice(at, at + 1000).map((entry) => corpus.put({ ...entry, targetId: to.id })));
    }
    await this.records.write([words.put(to.id, await words.get(from.id))]);
    const old = (await failures.list(from.id)).filter(({ state }) => isOpen(state));
    for (const failure of old) {
      const moved = movedFailure(failure, to);
      const history = [...(await failures.history(from.id, failure.id)), entryOf('moved', `from ${from.id}`)];
      await retryConflicts(async () => {
        const { value, expect, aside } = await failures.getForUpdate(to.id, moved.id);
        const merged = withHistory(value === undefined ? moved : reopened(value, moved), history);
        await this.records.write([expect, ...aside, ...failures.put(merged, ...history)], { durable: true });
      });
      if (!isSure) this.pending.set(moved.id, { old: failure, to: to.id });
    }
    if (isSure) await this.close(old, to.id);
    if (this.directory !== null) await writeReplayFiles(this.directory, this.records, new Set([from.file, to.file]));
  }

  /** Closes failures of an old target that continue in the target `to`. */
  private async close(old: readonly FailureSnapshot[], to: TargetId): Promise<void> {
    const { failures } = this.records;
    for (const { targetId, id } of old) {
      await retryConflicts(async () => {
        const { value, expect } = await failures.getForUpdate(targetId, id);
        if (value === undefined) return;
        const closedWith = this.codeOf(to);
        // Other code must not close the failure: on the branch of that code, the test may still have the old name.
        if (!(await mayClose(this.rootDir, closedWith, value))) return;
        const operations: WriteOperation[] = failures.put(
          { ...value, state: 'expired', closedWith },
          entryOf('expired', `its test is now ${to}`),
        );
        await this.records.write([expect, ...operations], { durable: true });
      });
    }
    const files = new Set(old.map(({ file }) => file));
    if (this.directory !== null) await writeReplayFiles(this.directory, this.records, files);
  }

  /** Reads all known targets: those of fuzz runs, and those that only have open failures, found by ordinary runs. */
  private async readKnown(): Promise<Map<TargetId, NamedTarget>> {
    const known = new Map<TargetId, NamedTarget>();
    for (const failure of await this.records.failures.list()) {
      const { targetId: id, file, testName, shape = null, lastSeenAt } = failure;
      const ordinal = Number(/ :: (\d+)$/.exec(id)?.[1] ?? 0);
      const before = known.get(id)?.seenAt ?? 0;
      if (!isOpen(failure.state)) continue;
      known.set(id, { id, file, testName, title: null, ordinal, shape, seenAt: Math.max(before, lastSeenAt) });
    }
    for (const stored of await this.records.targets.list()) {
      // All targets of one run get the time of the run: none of them is later than another.
      const { id, file, testName, titles, ordinal, shape = null } = stored.target;
      const title = titles.at(-1) ?? null;
      known.set(id, { id, file, testName, title, ordinal, shape, seenAt: startOf(stored.runId) });
    }
    return known;
  }
}

function named(target: FoundTarget, seenAt: number | null): NamedTarget {
  const { id, file, testName, titles, ordinal, shape = null } = target;
  return { id, file, testName, title: titles.at(-1) ?? null, ordinal, shape, seenAt };
}

function movedFailure(
  failure: FailureSnapshot,
  { id: targetId, file, testName, ordinal, shape }: NamedTarget,
): FailureSnapshot {
  const origin = movedOrigin(failure.origin, failure.file, file);
  return {
    ...failure,
    id: failureId(targetId, origin.key),
    targetId,
    file,
    testName,
    origin,
    shape: shape ?? undefined,
    replayCommand: replayCommand(file, testName, replayToken(failure.blob, file, testName, ordinal)),
  };
}

/** Replaces the name of the test file in an origin. */
function movedOrigin(origin: Origin, from: string, to: string): Origin {
  if (from === to) return origin;
  const { place } = origin;
  return {
    ...origin,
    key: origin.key.replaceAll(from, to),
    place: place?.file === from ? { ...place, file: to } : place,
  };
}

/** Opens a failure again that was closed because its test was renamed, if the test has its old name again. */
function reopened(known: FailureSnapshot, moved: FailureSnapshot): FailureSnapshot {
  const merged = mergeSnapshots(known, moved);
  const isBack = known.state === 'expired' && known.lastSeenAt <= moved.lastSeenAt;
  return isBack ? { ...merged, state: moved.state, closedWith: undefined } : merged;
}

function entryOf(event: FailureHistoryEntry['event'], detail: string): FailureHistoryEntry {
  return { at: Date.now(), event, by: 'fuzz', host: os.hostname(), detail };
}
