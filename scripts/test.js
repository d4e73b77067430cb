'use strict';
// Runs all tests and ends with a line that counts them, from Jest's own results.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const root = path.join(__dirname, '..');
const results = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-runner-results-')), 'results.json');
// By default Jest uses one processor less, but most of these tests only wait for the processes that they start.
const workers = Math.min(2, os.availableParallelism());
const { status } = spawnSync(
  process.execPath,
  [
    require.resolve('jest/bin/jest'),
    '--json',
    `--outputFile=${results}`,
    `--maxWorkers=${workers}`,
    ...process.argv.slice(2),
  ],
  // With --json Jest prints the results to standard output as well, where they are not needed.
  { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, NODE_ENV: 'test' } },
);

let passed = 0;
let failed = 1;
if (fs.existsSync(results)) {
  const { success, numPassedTests, numFailedTests, testResults } = JSON.parse(fs.readFileSync(results, 'utf8'));
  // A test file that cannot be loaded has no failed tests, and counts as one.
  const broken = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  passed = numPassedTests;
  failed = Math.max(numFailedTests + broken, success ? 0 : 1);
  // All tests passed, but Jest failed: for example because of an error after the end of a test file.
  if (failed === 0 && status !== 0) failed = 1;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
