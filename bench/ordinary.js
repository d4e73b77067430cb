'use strict';
// Measures what `fuzz-runner/setup` costs a passing property: microseconds for each fc.assert, with it and without, in turns.
// `node bench/ordinary.js`; FUZZ_RUNNER_DIST names another build.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const root = path.join(__dirname, '..');
const dist = process.env.FUZZ_RUNNER_DIST ?? path.join(root, 'dist');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-runner-bench-'));

const TEST = `
const wrapped = require('fast-check');
const plain = jest.requireActual('fast-check');
test('cost', () => {
  for (const numRuns of [1, 100]) {
    const times = new Map([[plain, []], [wrapped, []]]);
    const property = plain.property(plain.nat(), () => true);
    for (let round = 0; round < 60; round += 1) {
      for (const fc of round % 2 === 0 ? [plain, wrapped] : [wrapped, plain]) {
        const start = process.hrtime.bigint();
        for (let seed = 0; seed < 300; seed += 1) fc.assert(property, { numRuns, seed });
        times.get(fc).push(Number(process.hrtime.bigint() - start) / 300e3);
      }
    }
    const [before, after] = [plain, wrapped].map((fc) => times.get(fc).sort((a, b) => a - b)[30]);
    process.stdout.write(numRuns + ' runs: ' + before.toFixed(2) + ' us without, ' + after.toFixed(2) + ' us with\\n');
  }
});
// Saves a failure, so that in the second run the test file has saved failures.
test('fails', () => wrapped.assert(wrapped.property(wrapped.nat(), (n) => n < 3)));
`;

try {
  fs.symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  const setup = JSON.stringify(path.join(dist, 'runner', 'setup.js'));
  fs.writeFileSync(path.join(folder, 'package.json'), '{}');
  fs.writeFileSync(path.join(folder, 'jest.config.js'), `module.exports = { setupFilesAfterEnv: [${setup}] };`);
  fs.writeFileSync(path.join(folder, 'cost.test.js'), TEST);
  for (const title of ['without saved failures', 'with a saved failure in the file']) {
    const jest = spawnSync(process.execPath, [require.resolve('jest/bin/jest')], { cwd: folder, encoding: 'utf8' });
    console.log(`${title}\n${jest.stdout}`);
  }
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
