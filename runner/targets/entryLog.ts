import type { FoundEntry, ImportedInput } from '../channel/messages';

interface LoggedEntry {
  readonly entry: FoundEntry;
  /** The worker life that found it; null for an entry from the database. */
  readonly source: string | null;
}

/**
 * All corpus entries of a target, in the order in which the main thread got them, and how many of them each worker has
 * been given. A worker that starts again begins a new _life_ without a corpus, and is given all entries again. Lives
 * have names: see `lifeOf`.
 */
export class EntryLog {
  private readonly log: LoggedEntry[] = [];
  /** By life: how many entries of the log it was given, and how many the log had when the life began. */
  private readonly cursors = new Map<string, { at: number; readonly begin: number }>();

  /** `source`: the life that found the entry; null for an entry from the database. */
  add(entry: FoundEntry, source: string | null): void {
    this.log.push({ entry, source });
  }

  /** Whether the life was given entries before. */
  knows(life: string): boolean {
    return this.cursors.has(life);
  }

  /**
   * Returns entries that the life has neither found nor been given yet, at most `limit`. Entries that came after the
   * life began are marked as followed: the worker or process that found them looks for inputs next to them. For
   * older entries, that worker or process may be gone.
   */
  importsFor(life: string, limit: number): ImportedInput[] {
    const imports: ImportedInput[] = [];
    const cursor = this.cursors.get(life) ?? { at: 0, begin: this.log.length };
    for (; cursor.at < this.log.length && imports.length < limit; cursor.at += 1) {
      const { entry, source } = this.log[cursor.at]!;
      if (source !== life) imports.push({ choices: entry.choices, isFollowed: cursor.at >= cursor.begin });
    }
    this.cursors.set(life, cursor);
    return imports;
  }
}
