import type { TargetId } from '../protocol/events';
import { checkVersion, type Codec } from './codec';
import type { Database } from './database';
import { hashKey, keyPart } from './key';
import type { RecordTable } from './recordTable';

/** Bytes of an id: 16 hex digits. */
const ID_BYTES = 8;

/** Behaviors. A byte for the version, then 8 bytes for each id. */
export const seenCodec: Codec<readonly string[]> = {
  version: 1,
  encode(behaviors) {
    return Buffer.concat([Buffer.of(1), ...behaviors.map((id) => Buffer.from(id, 'hex'))]);
  },
  decode(bytes) {
    checkVersion(bytes, 1);
    const hex = Buffer.from(bytes.buffer, bytes.byteOffset + 1, bytes.byteLength - 1).toString('hex');
    if (hex.length % (2 * ID_BYTES) !== 0) throw new Error(`expected ids of ${ID_BYTES} bytes but one is shorter`);
    return hex.match(/.{16}/g) ?? [];
  },
};

/** What several runs have seen, each behavior once. */
export class BehaviorUnion {
  private readonly targets = new Map<string, Set<string>>();
  private readonly keys = new Set<string>();

  /** `seen/<run>/<hash of target id>/<number>` */
  constructor(private readonly table: RecordTable<readonly string[]>) {}

  /** Reads what is new of these runs. */
  async read(database: Database, runIds: Iterable<string>): Promise<void> {
    const { table } = this;
    for (const runId of runIds) {
      for await (const [key, bytes] of database.list(`${table.prefix}${keyPart(runId)}/`)) {
        if (this.keys.has(key)) continue;
        this.keys.add(key);
        const target = key.split('/').at(-2)!;
        const known = this.targets.get(target) ?? new Set();
        this.targets.set(target, known);
        for (const id of table.decode(key, bytes) ?? []) known.add(id);
      }
    }
  }

  /** By the hash of the target's id. */
  get byTarget(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.targets;
  }

  of(targetId: TargetId): ReadonlySet<string> {
    return this.targets.get(hashKey(targetId)) ?? NONE;
  }
}

const NONE: ReadonlySet<string> = new Set();
