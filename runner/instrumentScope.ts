import * as fs from 'node:fs';
import * as path from 'node:path';

/**
 * Which files are instrumented: the project's own (the test file among them), and the packages that the test file
 * imports by name, unless they are test tools. Setup files and fuzz-runner itself are left out.
 */
export class InstrumentScope {
  private readonly packages: ReadonlySet<string>;
  private readonly excluded: ReadonlySet<string>;

  constructor(
    testFile: string,
    private readonly rootDir: string,
    setupFiles: readonly string[],
  ) {
    this.packages = importedPackages(fs.readFileSync(testFile, 'utf8'));
    this.excluded = new Set(setupFiles);
  }

  /** The name that ids are made of, or null when the file is not instrumented. */
  nameOf(file: string): string | null {
    if (this.excluded.has(file) || file.startsWith(OWN_FOLDER + path.sep)) return null;
    const normal = file.split(path.sep).join('/');
    const at = normal.lastIndexOf('/node_modules/');
    if (at < 0) {
      const name = path.relative(this.rootDir, file).split(path.sep).join('/');
      return name;
    }
    const inside = normal.slice(at + '/node_modules/'.length);
    const owner = packageName(inside);
    return owner !== null && this.packages.has(owner) ? `node_modules/${inside}` : null;
  }
}

/** Where the compiled package (or its source, in our own tests) lies. */
const OWN_FOLDER = path.join(__dirname, '..');

const TEST_TOOL =
  /^(?:jest|jest-.*|@jest\/.*|fast-check|fast-check-.*|@fast-check\/.*|fuzz-runner|expect|expect-.*|chai|sinon|@sinonjs\/.*|@testing-library\/.*|@babel\/.*|@swc\/.*|ts-jest|typescript|react|react-dom|vitest|mocha|assert|power-assert)$/;

/** Names of the packages that the text imports, statically or not, without test tools. */
export function importedPackages(source: string): Set<string> {
  const names = new Set<string>();
  const imports = /(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\(|\.requireActual\s*\()\s*(['"])([^'"\n]+)\1/g;
  for (const [, , specifier] of source.matchAll(imports)) {
    const name = packageName(specifier!);
    if (name !== null && !TEST_TOOL.test(name)) names.add(name);
  }
  return names;
}

/** `@scope/name/deep.js` → `@scope/name`; null for paths and Node's own modules. */
function packageName(specifier: string): string | null {
  return /^(@[^/]+\/[^/]+|[^./@:][^/:]*)(?:\/|$)/.exec(specifier)?.[1] ?? null;
}
