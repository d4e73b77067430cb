import * as fs from 'node:fs';
import * as path from 'node:path';

/** Version of the package that a file belongs to; null when there is none. Read once for each file. */
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
      // A folder inside a package may have a package.json without a version, that only has the `type` of its modules.
      if (typeof version === 'string') return version;
    } catch {
      // No package.json that can be read is here: look in the folder above.
    }
  }
  return null;
}
