import * as fs from 'node:fs';

/** Names of the packages that a file imports, statically or not, without test tools. */
export function packagesImportedBy(file: string): Set<string> {
  return importedPackages(fs.readFileSync(file, 'utf8'));
}

/** Whether a test file imports a package by name. The file is read when it is first asked for. */
export function testedPackagesOf(testFile: string): (packageName: string) => boolean {
  let names: Set<string> | null = null;
  return (packageName) => {
    try {
      names ??= packagesImportedBy(testFile);
    } catch {
      // The file is gone since it was loaded: what it imported does not matter any more.
      names = new Set();
    }
    return names.has(packageName);
  };
}

/** The same for its text. */
export function importedPackages(source: string): Set<string> {
  const names = new Set<string>();
  const imports = /(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\(|\.requireActual\s*\()\s*(['"])([^'"\n]+)\1/g;
  for (const [, , specifier] of source.matchAll(imports)) {
    const name = packageNameOf(specifier!);
    if (name !== null && !isTestTool(name)) names.add(name);
  }
  return names;
}

export function isTestTool(packageName: string): boolean {
  return TEST_TOOL.test(packageName);
}

const TEST_TOOL =
  /^(?:jest|jest-.*|@jest\/.*|fast-check|fast-check-.*|@fast-check\/.*|fuzz-runner|expect|expect-.*|chai|sinon|@sinonjs\/.*|@testing-library\/.*|@babel\/.*|@swc\/.*|ts-jest|typescript|react|react-dom|vitest|mocha|assert|power-assert)$/;

/** `@scope/name/deep.js` → `@scope/name`; null for paths and Node's own modules. */
export function packageNameOf(specifier: string): string | null {
  return /^(@[^/]+\/[^/]+|[^./@:][^/:]*)(?:\/|$)/.exec(specifier)?.[1] ?? null;
}
