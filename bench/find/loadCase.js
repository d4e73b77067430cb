'use strict';
// Loads the properties of a benchmark case into this thread, once instrumented and once plain. The test file runs as
// it stands: `fast-check` is replaced by one whose `assert` hands over the property instead of checking it.
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const fastCheck = require('fast-check');
const { expect } = require('expect');
const { engine } = require('./engine');
const { instrument } = engine('src/coverage/instrument');
const { COVERAGE_GLOBAL } = engine('src/coverage/source/names');

/** What the fuzz-runner also leaves alone, see runner/scope/instrumentScope.ts. */
const TOOLS = new Set(['fast-check', '@fast-check/jest', 'expect']);

/** The properties of the test file, whose code is given as CommonJS, in order; with a coverage map, its code and that of its packages is instrumented. */
exports.loadCase = function loadCase(testFile, testCode, { coverage = null, onInstrumented = () => {} } = {}) {
  const root = path.dirname(testFile);
  const found = [];
  const capture = (property) => void found.push(property);
  const fc = { ...fastCheck, assert: capture, default: { ...fastCheck, assert: capture } };
  const titled = (_title, body) => body();
  const prop = (arbitraries) => (_title, body) =>
    capture(fastCheck.property(...arbitraries, (...values) => body(...values)));
  const stubs = { 'fast-check': fc, '@fast-check/jest': { fc, test: Object.assign(titled, { prop }) } };
  const globals = { test: titled, it: titled, describe: titled, expect };
  if (coverage !== null) globalThis[Symbol.for(COVERAGE_GLOBAL)] = (key, edges) => coverage.open(key, edges);

  const originalLoad = Module._load;
  const originalCompile = Module.prototype._compile;
  const before = Object.fromEntries(Object.keys(globals).map((name) => [name, globalThis[name]]));
  Object.assign(globalThis, globals);
  Module._load = function load(request, parent, isMain) {
    if (parent?.filename?.startsWith(root + path.sep) && TOOLS.has(request)) return stubs[request] ?? { expect };
    return originalLoad.call(this, request, parent, isMain);
  };
  Module.prototype._compile = function compile(source, file, ...rest) {
    return originalCompile.call(this, file.startsWith(root + path.sep) ? changed(source, file) : source, file, ...rest);
  };
  Module._extensions['.ts'] = (module, file) => module._compile(fs.readFileSync(file, 'utf8'), file);
  const changed = (source, file) => {
    const code = file === testFile ? testCode : source;
    if (coverage === null) return code;
    const result = instrument(code, { file: path.relative(root, file) });
    if ('failed' in result) return code;
    coverage.register(result);
    onInstrumented(result);
    return result.code;
  };
  try {
    for (const file of Object.keys(require.cache)) if (file.startsWith(root + path.sep)) delete require.cache[file];
    require(testFile);
  } finally {
    Module._load = originalLoad;
    Module.prototype._compile = originalCompile;
    delete Module._extensions['.ts'];
    // What runs later asks for `expect` only.
    Object.assign(globalThis, before, { expect });
  }
  return found;
};
