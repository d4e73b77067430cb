import { expect, jest, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { DIST, finished } from './project';

jest.setTimeout(300_000);

test('two dashboards and two fuzzers on one LMDB file, with threads that end in the middle of things', async () => {
  // All of the checks are its own; `npm run bench:together` does the same for five minutes.
  const script = path.join(__dirname, '..', '..', '..', 'bench', 'together.js');
  const child = spawn(process.execPath, [script, '0.34'], { env: { ...process.env, FUZZ_RUNNER_DIST: DIST } });
  const { code, stdout, stderr } = await finished(child);
  expect(stderr).toBe('');
  expect(stdout).toMatch(/\d+ records acknowledged, 0 lost\nAll is as it should be\.\n$/);
  expect(code).toBe(0);
});
