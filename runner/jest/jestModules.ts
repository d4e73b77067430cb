import { createRequire } from 'node:module';
import * as path from 'node:path';

/**
 * Jest's own modules as the user's Jest resolves them. A package manager may give us other copies than
 * the ones the running Jest uses; a session must be built from the latter, or versions mix.
 */
export interface JestModules {
  /** The file the modules are resolved from; a worker thread is given it, so that both agree. */
  readonly anchor: string;
  readonly jestVersion: string;
  load<T>(name: string): T;
}

/** Finds the modules of the Jest that is used in `rootDir`; falls back to the copies we depend on. */
export function findJestModules(rootDir: string): JestModules {
  for (const from of [rootDir, process.cwd(), __dirname]) {
    const anchor = followChain(from, ['jest', '@jest/core', 'jest-runner']) ?? followChain(from, ['jest-runner']);
    if (anchor !== null) return jestModulesFrom(anchor);
  }
  return jestModulesFrom(__filename);
}

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

/** Resolves a chain of packages, each from the one before; null when a link is missing. */
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
