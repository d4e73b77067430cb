import * as fs from 'node:fs';
import * as path from 'node:path';

/**
 * Names in the `dependencies` of a package that a file imports; none when its package.json cannot be found or read. The
 * package is searched as Node does it: in `node_modules` of the file's folder, then of the folders above.
 */
export function dependenciesOf(packageName: string, file: string): readonly string[] {
  let folder = path.dirname(file);
  for (;;) {
    const manifest = path.join(folder, 'node_modules', packageName, 'package.json');
    let names = known.get(manifest);
    if (names === undefined) {
      names = readDependencies(manifest);
      known.set(manifest, names);
    }
    if (names !== null) return names;
    const above = path.dirname(folder);
    if (above === folder) return [];
    folder = above;
  }
}

/** By the path of package.json; null when there is no such file. Packages do not change while a thread lives. */
const known = new Map<string, readonly string[] | null>();

function readDependencies(manifest: string): readonly string[] | null {
  let text: string;
  try {
    text = fs.readFileSync(manifest, 'utf8');
  } catch {
    return null;
  }
  try {
    const { dependencies } = JSON.parse(text) as { dependencies?: unknown };
    return typeof dependencies === 'object' && dependencies !== null ? Object.keys(dependencies) : [];
  } catch {
    // Not valid JSON. When the package is loaded, Jest reports it.
    return [];
  }
}
