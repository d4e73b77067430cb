import * as path from 'node:path';
import { filePattern, type MatchedFile } from './filePattern';
import { isTestTool, packageNameOf, packagesImportedBy } from './importedPackages';
import { dependenciesOf } from './packageDependencies';

/** Patterns of the user, see `filePattern`; none by default. */
export interface ScopePatterns {
  /** More files to instrument, for example of test tools or of dependencies of dependencies. */
  readonly include?: readonly string[];
  /** Files that are never instrumented, even if `include` names them. */
  readonly exclude?: readonly string[];
}

/**
 * Decides which files are instrumented. These are the files of the project, including the test file; the files of the
 * packages that the test file imports; and the files of the `dependencies` of these packages, because the parser of a
 * package is often a package of its own. Test tools, dependencies of dependencies, setup files and fuzz-runner itself
 * are not instrumented.
 */
export class InstrumentScope {
  private readonly packages: ReadonlySet<string>;
  private dependencies: ReadonlySet<string> | null = null;
  private readonly excluded: ReadonlySet<string>;
  private readonly includes: (file: MatchedFile) => boolean;
  private readonly excludes: (file: MatchedFile) => boolean;

  constructor(
    private readonly testFile: string,
    private readonly rootDir: string,
    setupFiles: readonly string[],
    { include = [], exclude = [] }: ScopePatterns = {},
  ) {
    this.includes = anyOf(include, rootDir);
    this.excludes = anyOf(exclude, rootDir);
    this.packages = packagesImportedBy(testFile);
    this.excluded = new Set(setupFiles);
  }

  /** Name of a file, from which the ids of its branches are made; null when the file is not instrumented. */
  nameOf(file: string): string | null {
    if (this.excluded.has(file) || file.startsWith(OWN_FOLDER + path.sep)) return null;
    const matched = this.matchedFile(file);
    if (this.excludes(matched)) return null;
    const { packageName } = matched;
    return packageName === null || this.isUsed(packageName) || this.includes(matched) ? matched.path : null;
  }

  private isUsed(packageName: string): boolean {
    if (this.packages.has(packageName)) return true;
    // Read when the first file of another package is loaded: most test files load none.
    this.dependencies ??= new Set([...this.packages].flatMap((name) => dependenciesOf(name, this.testFile)));
    return this.dependencies.has(packageName) && !isTestTool(packageName);
  }

  private matchedFile(file: string): MatchedFile {
    const normal = slashed(file);
    const at = normal.lastIndexOf('/node_modules/');
    if (at < 0) return { path: slashed(path.relative(this.rootDir, file)), packageName: null };
    const inside = normal.slice(at + '/node_modules/'.length);
    return { path: `node_modules/${inside}`, packageName: packageNameOf(inside) ?? inside };
  }
}

function anyOf(patterns: readonly string[], rootDir: string): (file: MatchedFile) => boolean {
  const matchers = patterns.map((pattern) =>
    filePattern(path.isAbsolute(pattern) ? `./${slashed(path.relative(rootDir, pattern))}` : pattern),
  );
  return (file) => matchers.some((matches) => matches(file));
}

function slashed(file: string): string {
  return file.split(path.sep).join('/');
}

/** The folder of this package: of its compiled files, or of its source in our own tests. */
const OWN_FOLDER = path.join(__dirname, '..', '..');
