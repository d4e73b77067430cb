'use strict';
// The planted bugs of bench/probes: one property for each probe and form of its arbitraries.
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const fc = require('fast-check');
const { engine } = require('./engine');
const { instrument } = engine('src/coverage/instrument');
const { COVERAGE_GLOBAL } = engine('src/coverage/source/names');

const FOLDER = path.join(__dirname, '../probes');

/** `probe` is a name with a form, `str8 mapped`. */
exports.loadProbe = function loadProbe(probe, { coverage = null, onInstrumented = () => {} } = {}) {
  const [name, form] = probe.split(' ');
  if (coverage !== null) globalThis[Symbol.for(COVERAGE_GLOBAL)] = (key, edges) => coverage.open(key, edges);
  const load = (file, loaded = new Map()) => {
    if (loaded.has(file)) return loaded.get(file).exports;
    const source = fs.readFileSync(file, 'utf8');
    let code = source;
    // probes.js only describes; what a user would have under test is what it calls.
    if (coverage !== null && !file.endsWith('probes.js')) {
      const result = instrument(source, { file: path.basename(file) });
      coverage.register(result);
      onInstrumented(result);
      code = result.code;
    }
    const module = new Module(file, null);
    module.filename = file;
    loaded.set(file, module);
    module.require = (request) => load(path.join(FOLDER, request), loaded);
    module._compile(code, file);
    return module.exports;
  };
  const found = load(path.join(FOLDER, 'probes.js'))(fc).find((each) => each.name === name);
  return [fc.property(...found[form], form === 'tree' ? found.runTree : found.run)];
};

/** Names of all probes, each with its forms. */
exports.probeNames = function probeNames() {
  return require(path.join(FOLDER, 'probes.js'))(fc).flatMap((probe) =>
    ['bare', 'mapped', 'tree'].filter((form) => probe[form] !== undefined).map((form) => `${probe.name} ${form}`),
  );
};
