import { createRequire } from 'node:module';
import * as path from 'node:path';

/**
 * Jest's own modules, as the user's Jest resolves them. A package manager may install other copies for this package than
 * those that the running Jest uses. A session must be built from Jest's copies, so that versions do not mix.
 */
export interface JestModules {
  /** The file that the modules are resolved from. Worker threads get it, too, so that all use the same modules. */
  readonly anchor: string;
  readonly jestVersion: string;
  /** Loads a module by name: the running Jest's copy, else ours. */
  load<T>(name: string): T;
}

/** Finds the modules of the Jest that is used in `rootDir`; when there is none, the copies that we depend on. */
export function findJestModules(rootDir: string): JestModules {
  for (const from of [rootDir, process.cwd(), __dirname]) {
    const anchor = followChain(from, ['jest', '@jest/core', 'jest-runner']) ?? followChain(from, ['jest-runner']);
    if (anchor !== null) return jestModulesFrom(anchor);
  }
  return jestModulesFrom(__filename);
}

/** The modules as they are resolved from the file `anchor`. */
export function jestModulesFrom(anchor: string): JestModules {
  const require = createRequire(anchor);
  const ours = createRequire(__filename);
  const load = <T>(name: string): T => {
    let found: string;
    try {
      found = require.resolve(name);
    } catch {
      found = ours.resolve(name);
    }
    // The caller names the type of the module it asks for: `load<typeof import('jest-util')>('jest-util')`.
    return ours(found) as T;
  };
  return { anchor, jestVersion: load<{ version: string }>('jest-runner/package.json').version, load };
}

/** Path of the last of some packages, each resolved from the one before; null when one is missing. */
function followChain(from: string, names: readonly string[]): string | null {
  let file = path.join(from, 'noop.js');
  for (const name of names) {
    try {
      file = createRequire(file).resolve(name);
    } catch {
      return null;
    }
  }
  return file;
}
