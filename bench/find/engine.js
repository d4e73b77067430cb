'use strict';
// The engine under test: this checkout's build, or another one to compare with.
const path = require('node:path');

const FOLDER = path.resolve(process.env.FUZZ_RUNNER_DIST ?? path.join(__dirname, '../../dist'));

/** A compiled module of fuzz-runner, `src/coverage/instrument`. */
exports.engine = (name) => require(path.join(FOLDER, name));
