import fs from 'node:fs';
import path from 'node:path';
import type { DatabaseChange } from '../../base/database';
import { entriesOf } from './entriesOf';

/** Milliseconds between two looks for changes. */
const WATCH_INTERVAL_MS = 500;

/**
 * One of this many looks walks through all folders, to see changes that other tools made: Git, or a tool that copies
 * files.
 */
const WALK_EVERY = 10;

/**
 * Looks for changes of other processes: each writer replaces the file `changes`, and a file that another tool made,
 * replaced or deleted changes the time of its folder.
 */
export class FolderWatch {
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(
    private readonly directory: string,
    /** The folder of all record files, inside `directory`. */
    private readonly records: string,
  ) {}

  add(listener: (change: DatabaseChange) => void): () => void {
    let seen = this.#stamp('changes');
    let seenFolders: string | null = null;
    let looks = 0;
    const look = async (): Promise<void> => {
      looks += 1;
      const now = this.#stamp('changes');
      let isChanged = now !== seen;
      seen = now;
      if (looks % WALK_EVERY === 1) {
        const folders = await this.#folderStamps(this.records);
        isChanged ||= seenFolders !== null && folders !== seenFolders;
        seenFolders = folders;
      }
      if (isChanged && this.#timers.has(timer)) listener({ keys: null });
    };
    const timer = setInterval(() => void look().catch(() => {}), WATCH_INTERVAL_MS);
    timer.unref();
    this.#timers.add(timer);
    return () => {
      clearInterval(timer);
      this.#timers.delete(timer);
    };
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers.clear();
  }

  /** A text that changes when a file or folder is replaced or changed; empty when there is none. */
  #stamp(name: string): string {
    try {
      const { mtimeMs, ino, size } = fs.statSync(path.join(this.directory, name));
      return `${mtimeMs} ${ino} ${size}`;
    } catch {
      return '';
    }
  }

  /** A text that changes when a file in any folder is made, replaced or deleted. */
  async #folderStamps(folder: string): Promise<string> {
    let stamps = `${folder} ${this.#stamp(folder)}\n`;
    for (const entry of await entriesOf(path.join(this.directory, folder))) {
      if (entry.isDirectory()) stamps += await this.#folderStamps(`${folder}/${entry.name}`);
    }
    return stamps;
  }
}
