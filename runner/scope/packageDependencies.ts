import * as fs from 'node:fs';
import * as path from 'node:path';

/**
 * Names in the `dependencies` of a package, as it is installed for a file; none if it cannot be found or read. It is
 * looked for as Node does it: in `node_modules` of the file's folder and of those above.
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

/** By path of the manifest; null: there is none. Packages do not change while a thread lives. */
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
    // Jest will say what is wrong with it, if it matters.
    return [];
  }
}
