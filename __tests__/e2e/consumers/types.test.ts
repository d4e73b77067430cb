import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Installation, run } from './installation';

/** Milliseconds for the installation, and for each compiler. */
const PATIENCE_MS = 600_000;

const NEWEST_TSC = path.join(__dirname, '..', '..', '..', 'node_modules', 'typescript', 'bin', 'tsc');

let installation: Installation | undefined;
let folder = '';

beforeAll(async () => {
  installation = await Installation.create('types');
  folder = installation.addProject('types');
}, PATIENCE_MS);

afterAll(() => installation?.remove());

// Declarations of the package and of what it imports are checked too: `skipLibCheck` is off.
describe.each([
  { version: 5, tsc: () => path.join(installation!.root, 'node_modules', 'typescript', 'bin', 'tsc') },
  { version: 7, tsc: () => NEWEST_TSC },
])('TypeScript $version, module nodenext', ({ version, tsc }) => {
  test(
    'compiles a CommonJS and an ES module that use every entry, and both run',
    async () => {
      const out = `out-${version}`;
      const told = await run(folder, process.execPath, [tsc(), '--version']);
      expect(told.stdout).toContain(`Version ${version}.`);
      const compiled = await run(folder, process.execPath, [tsc(), '-p', '.', '--outDir', out]);
      expect(compiled).toEqual({ exitCode: 0, stdout: '', stderr: '' });
      const cjs = await run(folder, process.execPath, [path.join(out, 'uses.cjs')]);
      expect(cjs).toMatchObject({
        exitCode: 0,
        stdout: '[false,"function",1,["FuzzRunner","FuzzReporter"],"boolean"]\n',
      });
      const esm = await run(folder, process.execPath, [path.join(out, 'uses.mjs')]);
      expect(esm).toMatchObject({
        exitCode: 0,
        stdout: '[false,"function",1,["FuzzRunner","OptionError"],"boolean"]\n',
      });
    },
    PATIENCE_MS,
  );
});
