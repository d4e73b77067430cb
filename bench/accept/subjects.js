'use strict';
const fs = require('node:fs');
const path = require('node:path');
const fc = require('fast-check');

const BENCH = path.join(__dirname, '..');
const CASES = path.join(BENCH, 'cases');
const PROBES = path.join(BENCH, 'probes');

/**
 * Everything that can be run: cases, one for each variant, and probes, one for each form. Each has
 * - `id`, for people, and `project`, the folder in the work directory
 * - `testFile`, relative to that folder, and `env` for the run
 * - `failures`, what is expected, as in case.json; null where any failure will do
 * - `testTitle` of the test that a mutant breaks; null otherwise
 * - `kind` `case` or `probe`, `group` for the table, and `baseline`: `median` executions of plain fast-check (or of the
 *   prototype), with `isBound` if it is only known to be more
 */
exports.allSubjects = function allSubjects() {
  return [...cases(), ...probes()];
};

/** Those whose id was chosen; a name without variant or form stands for all of them. Null chooses all. */
exports.chooseSubjects = function chooseSubjects(subjects, { cases: chosenCases, probes: chosenProbes }) {
  const picked = new Set();
  for (const [kind, names] of [
    ['case', chosenCases],
    ['probe', chosenProbes],
  ]) {
    const all = subjects.filter((subject) => subject.kind === kind);
    for (const name of names ?? ['']) {
      const found = all.filter(({ id }) => name === '' || id === name || id.split(/[# ]/)[0] === name);
      if (found.length === 0) throw new Error(`There is no ${kind} ${name}. Known are ${ids(all)}.`);
      for (const subject of found) picked.add(subject);
    }
  }
  return subjects.filter((subject) => picked.has(subject));
};

function ids(subjects) {
  return subjects.map(({ id }) => id).join(', ');
}

function cases() {
  const random = readJson(path.join(CASES, 'results-random.json'));
  const folders = fs.readdirSync(CASES).filter((name) => fs.existsSync(path.join(CASES, name, 'case.json')));
  return folders.flatMap((name) => {
    const { testFile, kind, failures, variants } = readJson(path.join(CASES, name, 'case.json'));
    return (variants ?? [{}]).map((variant) => {
      const id = variant.name === undefined ? name : `${name}#${variant.name}`;
      return {
        id,
        kind: 'case',
        project: `cases/${name}`,
        testFile,
        env: variant.env ?? {},
        failures: kind === 'mutants' ? null : failures,
        testTitle: variant.property === undefined ? null : titles(path.join(CASES, name, testFile))[variant.property],
        group: random[id].difficulty,
        baseline: median(random[id]),
      };
    });
  });
}

/** Titles of the tests in a file, in order. */
function titles(testFile) {
  return [...fs.readFileSync(testFile, 'utf8').matchAll(/^\s*test\('([^']+)'/gm)].map(([, title]) => title);
}

/** Executions of plain fast-check; where most runs ended without a failure, only a lower bound is known. */
function median({ medianExecs, runs }) {
  if (medianExecs !== null) return { median: medianExecs, isBound: false };
  const sorted = runs.map(({ execs }) => execs).sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)], isBound: true };
}

function probes() {
  const { medians, limits } = readJson(path.join(PROBES, 'prototype-medians.json'));
  return require(path.join(PROBES, 'probes.js'))(fc).flatMap((probe) =>
    ['bare', 'mapped', 'tree']
      .filter((form) => probe[form] !== undefined)
      .map((form) => ({
        id: `${probe.name} ${form}`,
        kind: 'probe',
        project: 'probes',
        testFile: `${probe.name}-${form}.test.js`,
        env: {},
        failures: [{ error: 'Bug', message: `BUG ${probe.name}` }],
        testTitle: null,
        group: form,
        baseline: { median: medians[probe.name] ?? limits[probe.name], isBound: false },
      })),
  );
}

function readJson(file) {
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}
