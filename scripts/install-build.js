'use strict';
// Runs before Jest's tests: copies the build to a folder node_modules, as npm installs it, and lets the tests use this copy
// (`FUZZ_RUNNER_DIST`). In another folder Jest would transform its files, once for each project that a test makes.
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const folder = path.join(root, 'tmp', `installed-${process.pid}`);

/** For `globalSetup`; `globalTeardown` calls `remove`. */
module.exports = function install() {
  const build = path.join(root, 'dist');
  if (process.env.FUZZ_RUNNER_DIST !== undefined || !fs.existsSync(build)) return;
  const place = path.join(folder, 'node_modules', 'fuzz-runner');
  fs.cpSync(build, path.join(place, 'dist'), { recursive: true });
  fs.copyFileSync(path.join(root, 'package.json'), path.join(place, 'package.json'));
  process.env.FUZZ_RUNNER_DIST = path.join(place, 'dist');
};

module.exports.remove = function remove() {
  fs.rmSync(folder, { recursive: true, force: true });
};
