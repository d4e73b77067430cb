import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { InFlight } from '../channel/flightRecorder';

/** Environment variable with the folder of `InFlightFiles`. */
export const SUSPECTS_VARIABLE = 'FUZZ_SUSPECTS';

/** An input or test file that ran when its run ended by a crash, or an input that was left for the next run. */
export interface Suspect {
  /** Absolute path of the test file. */
  readonly path: string;
  /** null when the file was being loaded. */
  readonly targetId: string | null;
  /** The encoded input; null when it is not known which input of the target ran. */
  readonly choices: Uint8Array | null;
  /** Whether the run was stopped while the input ran: the input has not crashed. */
  readonly wasStopped: boolean;
}

/** The name of a file that was left on purpose begins with this. */
const LATER = 'later-';

/** A suspect in its file: `choices` in base64. */
interface Kept {
  readonly path: string;
  readonly targetId: string | null;
  readonly choices: string | null;
  /** When the time for fuzzing is over, in epoch milliseconds; null when it has no end, or fuzzing has not begun. */
  readonly endsAt?: number | null;
}

/**
 * Writes what every worker is doing to small files that outlive this process: when a worker begins a slice, and again
 * when an input runs for longer than a few hundred milliseconds. A run that ends properly removes its files, except
 * those of `keep`. So a file that exists when a run starts names what was running when another run crashed.
 */
export class InFlightFiles {
  private readonly now = new Map<number, Kept>();
  /** See `Kept`. */
  endsAt: number | null = null;

  /** `folder`: made when it is needed; null to keep nothing. */
  constructor(private readonly folder: string | null) {}

  /** Returns what crashed runs have left and what was kept for later, and removes those files. */
  takeSuspects(): Suspect[] {
    const suspects = new Map<string, Suspect>();
    for (const name of this.names()) {
      if (isAlive(name)) continue;
      const file = path.join(this.folder!, name);
      const suspect = readSuspect(file);
      fs.rmSync(file, { force: true });
      // Two workers may have run the same input.
      if (suspect !== null)
        suspects.set(JSON.stringify([suspect.path, suspect.targetId, [...(suspect.choices ?? [])]]), suspect);
    }
    return [...suspects.values()];
  }

  /** A worker begins to run a target, or to load a file. */
  enter(workerId: number, file: string, targetId: string | null): void {
    this.write(workerId, { path: file, targetId, choices: null });
  }

  /** An input of a worker has been running for a while. */
  slow(workerId: number, inFlight: InFlight | null): void {
    const known = this.now.get(workerId);
    if (known === undefined || inFlight === null || inFlight.choices.length === 0) return;
    const choices = Buffer.from(inFlight.choices).toString('base64');
    if (known.choices === choices) return;
    this.write(workerId, { path: known.path, targetId: inFlight.targetId, choices });
  }

  /** A worker has ended its slice, or has loaded its file. */
  leave(workerId: number): void {
    if (this.folder === null || !this.now.delete(workerId)) return;
    fs.rmSync(this.fileOf(workerId), { force: true });
  }

  /** Keeps an input for the next run. */
  keep(file: string, targetId: string, choices: Uint8Array): void {
    if (this.folder === null) return;
    const kept: Kept = { path: file, targetId, choices: Buffer.from(choices).toString('base64') };
    const text = JSON.stringify(kept);
    const name = `${LATER}${createHash('sha1').update(text).digest('hex').slice(0, 16)}.json`;
    fs.mkdirSync(this.folder, { recursive: true });
    fs.writeFileSync(path.join(this.folder, name), text);
  }

  private write(workerId: number, kept: Kept): void {
    this.now.set(workerId, kept);
    if (this.folder === null) return;
    try {
      fs.mkdirSync(this.folder, { recursive: true });
      fs.writeFileSync(this.fileOf(workerId), JSON.stringify({ ...kept, endsAt: this.endsAt }));
    } catch {
      // On a full disk the file is lost, but the run goes on.
    }
  }

  private fileOf(workerId: number): string {
    return path.join(this.folder!, `${process.pid}-${workerId}.json`);
  }

  private names(): string[] {
    if (this.folder === null) return [];
    try {
      return fs.readdirSync(this.folder).filter((name) => name.endsWith('.json'));
    } catch {
      return [];
    }
  }
}

/** What the process `pid` left in `folder`; null when it left nothing: then no input has crashed it. */
export function leftBy(folder: string, pid: number): { readonly endsAt: number | null } | null {
  try {
    const name = fs.readdirSync(folder).find((entry) => entry.startsWith(`${pid}-`));
    if (name === undefined) return null;
    const { endsAt } = JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8')) as Partial<Kept>;
    return { endsAt: typeof endsAt === 'number' ? endsAt : null };
  } catch {
    return { endsAt: null };
  }
}

function readSuspect(file: string): Suspect | null {
  try {
    const kept = JSON.parse(fs.readFileSync(file, 'utf8')) as Partial<Kept>;
    if (typeof kept.path !== 'string') return null;
    const choices = typeof kept.choices === 'string' ? new Uint8Array(Buffer.from(kept.choices, 'base64')) : null;
    const targetId = typeof kept.targetId === 'string' ? kept.targetId : null;
    return { path: kept.path, targetId, choices, wasStopped: path.basename(file).startsWith(LATER) };
  } catch {
    // The file is incomplete: the process ended while it wrote.
    return null;
  }
}

function isAlive(name: string): boolean {
  const pid = /^(\d+)-/.exec(name)?.[1];
  if (pid === undefined) return false;
  if (Number(pid) === process.pid) return false;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
