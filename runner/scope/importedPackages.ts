import * as fs from 'node:fs';

/** Names of the packages that a file imports in any way, without test tools. Throws when the file cannot be read. */
export function packagesImportedBy(file: string): Set<string> {
  return importedPackages(fs.readFileSync(file, 'utf8'));
}

/** Returns a function that says whether a test file imports a package. The file is read at its first call. */
export function testedPackagesOf(testFile: string): (packageName: string) => boolean {
  let names: Set<string> | null = null;
  return (packageName) => {
    try {
      names ??= packagesImportedBy(testFile);
    } catch {
      // The file was deleted after it was loaded: its imports do not matter any more.
      names = new Set();
    }
    return names.has(packageName);
  };
}

/** Like `packagesImportedBy`, for the text of a file. */
export function importedPackages(source: string): Set<string> {
  const names = new Set<string>();
  const imports = /(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\(|\.requireActual\s*\()\s*(['"])([^'"\n]+)\1/g;
  for (const [, , specifier] of source.matchAll(imports)) {
    const name = packageNameOf(specifier!);
    if (name !== null && !isTestTool(name)) names.add(name);
  }
  return names;
}

/** Whether a package is used by tests and is not under test itself. */
export function isTestTool(packageName: string): boolean {
  return TEST_TOOL.test(packageName);
}

const TEST_TOOL =
  /^(?:jest|jest-.*|@jest\/.*|fast-check|fast-check-.*|@fast-check\/.*|fuzz-runner|expect|expect-.*|chai|sinon|@sinonjs\/.*|@testing-library\/.*|@babel\/.*|@swc\/.*|ts-jest|typescript|react|react-dom|vitest|mocha|assert|power-assert)$/;

/** The package of an import: `@scope/name` for `@scope/name/deep.js`; null for paths and Node's own modules. */
export function packageNameOf(specifier: string): string | null {
  return /^(@[^/]+\/[^/]+|[^./@:][^/:]*)(?:\/|$)/.exec(specifier)?.[1] ?? null;
}
