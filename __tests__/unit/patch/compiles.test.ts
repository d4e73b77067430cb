import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { parseTestFile } from '../../../runner/cli/parseTestFile';
import { patchTestFile } from '../../../src/patch/patchTestFile';
import { PATCHED } from './cases';

jest.setTimeout(60_000);

const ROOT = path.join(__dirname, '..', '..', '..');

const TSCONFIG = {
  compilerOptions: {
    target: 'es2022',
    module: 'nodenext',
    jsx: 'react-jsx',
    jsxImportSource: 'preact',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    esModuleInterop: true,
    types: [],
  },
  include: ['*'],
};

/** Jest's globals, as much of them as the fixtures use. */
const GLOBALS = `declare function describe(title: string, body: () => void): void;
declare function it(title: string, body: () => unknown): void;
declare const test: typeof it & { only: typeof it };
declare function expect(received: unknown): { toBe(expected: unknown): void };
`;

test('patched TypeScript passes the compiler, with types', () => {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-runner-compile-')));
  try {
    fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
    const write = (name: string, text: string): void => fs.writeFileSync(path.join(folder, name), text);
    write('tsconfig.json', JSON.stringify(TSCONFIG));
    write('globals.d.ts', GLOBALS);
    const files = PATCHED.filter(({ file }) => /\.[cm]?tsx?$/.test(file));
    expect(files.length).toBeGreaterThan(20);
    for (const { file, example } of files) {
      const source = fs.readFileSync(path.join(ROOT, '__tests__', 'fixtures', 'patch', file), 'utf8');
      const { text, included } = patchTestFile(file, source, [{ id: 'x', ...example }], parseTestFile);
      expect(included).toEqual(['x']);
      write(file, text);
    }
    const compiler = require.resolve('typescript/package.json').replace('package.json', path.join('bin', 'tsc'));
    const { stdout, status } = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
});
