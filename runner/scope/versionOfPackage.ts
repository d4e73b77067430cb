import * as fs from 'node:fs';
import * as path from 'node:path';

/** The version of the package that a file is of; null when it has none. Read once for each file. */
export function versionOfPackage(file: string): string | null {
  let version = known.get(file);
  if (version === undefined) known.set(file, (version = find(file)));
  return version;
}

const known = new Map<string, string | null>();

function find(file: string): string | null {
  for (let folder = path.dirname(file); folder !== path.dirname(folder); folder = path.dirname(folder)) {
    try {
      const text = fs.readFileSync(path.join(folder, 'package.json'), 'utf8');
      const { version } = JSON.parse(text) as { version?: unknown };
      // Folders of a package may have a package.json that only says which sort of modules is there.
      if (typeof version === 'string') return version;
    } catch {
      // Further up.
    }
  }
  return null;
}
