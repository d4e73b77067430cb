import type { Notice } from '../../protocol/events';
import type { NotCollected } from '../../protocol/notCollected';
import type { RunSnapshot, WorkerSnapshot } from '../../protocol/run';
import type { CoveragePoint, TargetId, TargetSnapshot } from '../../protocol/target';
import { seenCodec, seenKey, type SeenBehaviors } from './behaviorRecords';
import { jsonCodec } from './codec';
import type { Database, WriteOperation } from '../base/database';
import { hashKey, keyPart } from '../base/key';
import { chunkPoints, pointCodec, POINTS_PREFIX, type PointChunk } from './pointLog';
import { RecordTable, type RecordProblem } from './recordTable';
import { TARGET_SHAPE } from './targetRecords';

/**
 * The records of one run: `run/<run>`, and `<kind>/<run>/...` for tests that it did not collect, its workers, notices
 * and points. When other processes fuzz at the same time, also its share in each target and the behaviors that it has
 * seen.
 */
export class RunRecords {
  readonly runs: RecordTable<RunSnapshot>;
  readonly notCollected: RecordTable<NotCollected>;
  readonly workers: RecordTable<WorkerSnapshot>;
  readonly notices: RecordTable<Notice>;
  readonly chunks: RecordTable<PointChunk>;
  readonly shares: RecordTable<TargetSnapshot>;
  readonly seen: RecordTable<SeenBehaviors>;

  constructor(database: Database, onProblem: (problem: RecordProblem) => void) {
    this.runs = new RecordTable(database, 'run/', RUN, onProblem);
    this.notCollected = new RecordTable(database, 'not-collected/', NOT_COLLECTED, onProblem);
    this.workers = new RecordTable(database, 'worker/', WORKER, onProblem);
    this.notices = new RecordTable(database, 'notice/', NOTICE, onProblem);
    this.chunks = new RecordTable(database, POINTS_PREFIX, pointCodec, onProblem);
    this.shares = new RecordTable(database, 'share/', jsonCodec(1, TARGET_SHAPE), onProblem);
    this.seen = new RecordTable(database, 'seen/', seenCodec, onProblem);
  }

  /** The tables whose records are deleted together with a run. */
  get ofRuns(): readonly Pick<RecordTable<unknown>, 'prefix' | 'deleteAll'>[] {
    return [this.notCollected, this.workers, this.notices, this.chunks, this.shares, this.seen];
  }

  put(run: RunSnapshot): WriteOperation {
    return this.runs.put(keyPart(run.runId), run);
  }

  putNotCollected(runId: string, entry: NotCollected): WriteOperation {
    return this.notCollected.put(`${keyPart(runId)}/${hashKey(`${entry.file}\n${entry.testName ?? ''}`)}`, entry);
  }

  putWorker(runId: string, worker: WorkerSnapshot): WriteOperation {
    return this.workers.put(`${keyPart(runId)}/${String(worker.id).padStart(4, '0')}`, worker);
  }

  /** The snapshot of a target that counts only the work of this run. */
  putShare(runId: string, target: TargetSnapshot): WriteOperation {
    return this.shares.put(`${keyPart(runId)}/${hashKey(target.id)}`, target);
  }

  /** Behaviors by target. `sequence`: from 0, in this run. */
  putSeen(runId: string, sequence: number, behaviors: ReadonlyMap<TargetId, readonly string[]>): WriteOperation {
    const targets = Object.fromEntries([...behaviors].map(([id, seen]) => [hashKey(id), seen.join('')]));
    return this.seen.put(seenKey(runId, sequence), { targets });
  }

  putNotice(runId: string, notice: Notice): WriteOperation {
    return this.notices.put(`${keyPart(runId)}/${keyPart(notice.id)}`, notice);
  }

  get(runId: string): Promise<RunSnapshot | undefined> {
    return this.runs.get(keyPart(runId));
  }

  /** Oldest first. */
  async list(): Promise<RunSnapshot[]> {
    const runs = await this.runs.list();
    return runs.sort((a, b) => a.startedAt - b.startedAt || (a.runId < b.runId ? -1 : 1));
  }

  async latest(): Promise<RunSnapshot | undefined> {
    return (await this.list()).at(-1);
  }

  async points(runId: string): Promise<CoveragePoint[]> {
    return (await this.chunks.list(runPrefix(runId))).flatMap(chunkPoints);
  }

  /** Operations that delete all but the latest `keep` runs. Runs with `isKept` stay as well. */
  async prune(keep: number, isKept: (run: RunSnapshot) => boolean = () => false): Promise<WriteOperation[]> {
    const runs = (await this.list()).filter((run) => !isKept(run));
    const old = runs.slice(0, Math.max(0, runs.length - keep));
    const operations: WriteOperation[] = [];
    for (const { runId } of old) operations.push(...(await this.deleteAll(runId)));
    return operations;
  }

  /** Operations that delete a run and all records that belong to it. */
  async deleteAll(runId: string): Promise<WriteOperation[]> {
    const operations: WriteOperation[] = [];
    for (const table of this.ofRuns) operations.push(...(await table.deleteAll(runPrefix(runId))));
    operations.push(this.runs.delete(keyPart(runId)));
    return operations;
  }
}

/** The keys of a run's records have this after the prefix of their table. */
export function runPrefix(runId: string): string {
  return `${keyPart(runId)}/`;
}

const RUN = jsonCodec<RunSnapshot>(1, {
  runId: 'string',
  state: 'string',
  ended: 'string?',
  startedAt: 'number',
  updatedAt: 'number',
  wallSeconds: 'number',
  budgetSeconds: 'number?',
  seed: 'number',
  workers: 'number',
  host: 'string',
  pid: 'number',
  rootDir: 'string',
  database: 'string',
  versions: { fuzzRunner: 'string', jest: 'string', node: 'string' },
  totals: {
    files: 'number',
    targets: 'number',
    notCollected: 'number',
    inputs: 'number',
    behaviors: 'number',
    failures: 'number',
    cpuSeconds: 'number',
    inputsPerSecond: 'number',
    sinceNewBehaviorSeconds: 'number?',
  },
});

const NOT_COLLECTED = jsonCodec<NotCollected>(1, {
  file: 'string',
  testName: 'string?',
  code: 'string',
  reason: 'string',
  result: 'string',
});

const WORKER = jsonCodec<WorkerSnapshot>(1, {
  id: 'number',
  state: 'string',
  targetId: 'string?',
  heapUsedBytes: 'number',
  slices: 'number',
  restarts: 'number',
});

const NOTICE = jsonCodec<Notice>(1, { id: 'string', level: 'string', message: 'string', at: 'number' });
