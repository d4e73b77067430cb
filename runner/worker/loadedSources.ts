import type { Instrumented } from '../../src/coverage/instrument';
import type { LoadedFiles } from './loop/stackTraces';

/** The files that a thread has loaded, as far as stack traces and places need them. */
export class LoadedSources implements LoadedFiles {
  private readonly sourceMaps = new Map<string, string>();
  /** The path of each instrumented file, by its name in ids. */
  private readonly paths = new Map<string, string>();
  private readonly insertions = new Map<string, Instrumented['insertions']>();
  /** Lookups of source maps, one for each load of a test file, the newest first. */
  private readonly lookups: ((file: string) => string | undefined)[] = [];

  /** `lookup` finds the path of the source map of a file that a test file has loaded. */
  addSourceMaps(lookup: (file: string) => string | undefined): void {
    this.lookups.unshift(lookup);
  }

  /** `path`: where the runtime loads the instrumented file from. */
  addInstrumented(path: string, { file, insertions }: Instrumented): void {
    this.insertions.set(path, insertions);
    this.paths.set(file, path);
  }

  /** The path of a file, by its name in ids; the name itself when no file with this name was instrumented. */
  pathOf(name: string): string {
    return this.paths.get(name) ?? name;
  }

  insertionsOf(file: string): Instrumented['insertions'] | undefined {
    return this.insertions.get(file);
  }

  sourceMapOf(file: string): string | undefined {
    const known = this.sourceMaps.get(file);
    if (known !== undefined) return known;
    for (const lookup of this.lookups) {
      const found = lookup(file);
      if (found !== undefined) {
        this.sourceMaps.set(file, found);
        return found;
      }
    }
    return undefined;
  }
}
