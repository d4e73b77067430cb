'use strict';
// Enforces the floor plan of ARCHITECTURE.md ("Code map"): who may import whom, no circle between folders, and how
// large folders and files may get. Lists what is not allowed and exits with 1. The lint finds circles between files.
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');

/** A folder may have at most this many files of its own, and a file at most this many lines. */
const MOST_FILES = 25;
const MOST_LINES = 350;
/** A longer file must say in its head, in a comment with the words `One file:`, why it is one idea. */
const LINES_WITHOUT_REASON = 250;
const HEAD_LINES = 60;

const ENGINE = [
  'src/choice/',
  'src/property/',
  'src/protocol/',
  'src/coverage/',
  'src/corpus/',
  'src/mutate/',
  'src/shrink/',
  'src/failure/',
  'src/explain/',
  'src/schedule/',
];
const ALL = { packages: ['*'], except: ['express', 'socket.io', 'preact', '@preact/signals'] };
const RUNNER_BASE = ['src/', 'runner/channel/', 'runner/fastCheck/', 'runner/jest/', 'runner/replay/'];

// The first matching rule wins. `own`: folders of ours that may be imported, in addition to the folder itself and what
// is below it; `packages`: packages and Node modules.
const RULES = [
  { from: 'src/choice/', own: [], packages: [] },
  { from: 'src/protocol/', own: [], packages: [] },
  { from: 'src/packageVersion', own: [], packages: ['node:*'] },
  { from: 'src/database/base/', own: [], packages: ['node:*'] },
  { from: 'src/database/stores/', own: ['src/database/base/'], packages: ['lmdb', '@redis/client', 'node:*'] },
  { from: 'src/database/records/', own: ['src/database/base/', 'src/protocol/'], packages: ['node:*'] },
  {
    from: 'src/database/',
    own: ['src/database/', 'src/protocol/', 'src/choice/'],
    packages: ['@jest/globals', 'node:*'],
  },
  { from: 'src/coverage/', own: [], packages: ['acorn'] },
  { from: 'src/property/', own: ['src/choice/', 'src/coverage/source/'], packages: [] },
  { from: 'src/corpus/', own: ['src/choice/'], packages: [] },
  { from: 'src/schedule/', own: ['src/choice/'], packages: [] },
  { from: 'src/failure/', own: ['src/protocol/'], packages: [] },
  { from: 'src/patch/', own: ['src/choice/', 'src/property/', 'src/protocol/'], packages: ['diff'] },
  {
    from: 'src/mutate/',
    own: ['src/choice/', 'src/property/', 'src/coverage/', 'src/schedule/'],
    packages: ['@eslint-community/regexpp'],
  },
  { from: 'src/shrink/', own: ['src/choice/', 'src/property/'], packages: [] },
  {
    from: 'src/explain/',
    own: ['src/choice/', 'src/property/', 'src/protocol/', 'src/coverage/', 'src/shrink/'],
    packages: [],
  },
  { from: 'src/search/', own: ENGINE, packages: [] },
  { from: 'src/fuzz/', own: [...ENGINE, 'src/search/'], packages: [] },

  // The leaves: they import no other part of the runner.
  ...['channel', 'jest', 'replay', 'scope', 'fastCheck'].map((name) => ({
    from: `runner/${name}/`,
    own: ['src/'],
    ...ALL,
  })),
  { from: 'runner/cli/', own: ['src/', 'runner/cli/', 'runner/threads/'], ...ALL },
  { from: 'runner/ordinary/', own: [...RUNNER_BASE, 'runner/scope/'], ...ALL },
  { from: 'runner/worker/', own: [...RUNNER_BASE, 'runner/scope/', 'runner/worker/'], ...ALL },
  { from: 'runner/threads/', own: [...RUNNER_BASE, 'runner/worker/'], ...ALL },
  { from: 'runner/targets/', own: [...RUNNER_BASE, 'runner/threads/'], ...ALL },
  { from: 'runner/store/', own: [...RUNNER_BASE, 'runner/targets/'], ...ALL },
  { from: 'runner/fleet/', own: [...RUNNER_BASE, 'runner/targets/'], ...ALL },
  {
    from: 'runner/campaign/',
    own: [...RUNNER_BASE, 'runner/threads/', 'runner/targets/', 'runner/store/', 'runner/fleet/'],
    ...ALL,
  },
  // The entries of the package.
  { from: 'runner/', own: ['src/', 'runner/'], ...ALL },
  {
    from: 'reporter/',
    own: ['src/protocol/', 'src/database/', 'src/packageVersion', 'reporter/'],
    packages: ['*'],
    except: ['preact', '@preact/signals'],
  },
  {
    from: 'web/',
    own: ['src/protocol/', 'web/'],
    packages: ['preact', 'preact/hooks', '@preact/signals', 'uplot', 'socket.io-client'],
  },
];

const problems = [];
/** By folder: the folders from which it imports, each with the first file that does so. */
const arrows = new Map();
for (const folder of ['src', 'runner', 'reporter', 'web']) visit(folder, checkSource);
for (const folder of ['__tests__', 'bench', 'scripts']) visit(folder, () => {});
for (const circle of circlesOf(arrows)) problems.push(`These folders import each other in a circle: ${circle}.`);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

function visit(folder, checkFile) {
  const entries = fs.readdirSync(path.join(root, folder), { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const isData = folder.startsWith('__tests__/fixtures') || /^bench\/(?:cases|probes|targets)/.test(folder);
  if (files.length > MOST_FILES && !isData) {
    problems.push(`${folder} has ${files.length} files of its own; ${MOST_FILES} at most. Give some of them a folder.`);
  }
  for (const { name } of files) checkFile(`${folder}/${name}`);
  for (const entry of entries) {
    if (entry.isDirectory() && entry.name !== 'node_modules') visit(`${folder}/${entry.name}`, checkFile);
  }
}

function checkSource(file) {
  if (!/\.(?:tsx?|mts|css)$/.test(file)) return;
  const source = fs.readFileSync(path.join(root, file), 'utf8');
  checkSize(file, source);
  if (/\.tsx?$/.test(file)) checkImports(file, source);
}

function checkSize(file, source) {
  const lines = source.split('\n');
  const count = lines.length - 1;
  if (count > MOST_LINES) {
    problems.push(`${file} has ${count} lines; ${MOST_LINES} at most. Move one of its ideas to a file of its own.`);
  } else if (count > LINES_WITHOUT_REASON && !lines.slice(0, HEAD_LINES).some((line) => line.includes('One file:'))) {
    problems.push(
      `${file} has ${count} lines; with more than ${LINES_WITHOUT_REASON} it must say in its head, ` +
        'in a comment with "One file:", why it is one idea.',
    );
  }
}

function checkImports(from, source) {
  const rule = RULES.find((candidate) => from.startsWith(candidate.from));
  const imports = source.matchAll(/(?:from|import|require\.resolve|require|import\()\s*\(?\s*'([^'\n]+)'/g);
  for (const [, name] of imports) {
    if (name.startsWith('.')) {
      const to = path.posix.join(path.posix.dirname(from), name);
      if (!`${to}/`.startsWith(rule.from) && !rule.own.some((prefix) => `${to}/`.startsWith(prefix))) {
        problems.push(`${from} must not import ${to}: see ARCHITECTURE.md, "Code map".`);
      }
      noteArrow(from, to);
    } else if (!allowsPackage(rule, name)) {
      problems.push(`${from} must not import the package ${name}: see ARCHITECTURE.md, "Code map".`);
    }
  }
}

function allowsPackage(rule, name) {
  if (rule.except?.includes(name)) return false;
  return rule.packages.some(
    (allowed) => allowed === '*' || allowed === name || (allowed === 'node:*' && name.startsWith('node:')),
  );
}

function noteArrow(from, to) {
  const isFolder = fs.existsSync(path.join(root, to, 'index.ts'));
  const [source, target] = [path.posix.dirname(from), isFolder ? to : path.posix.dirname(to)];
  if (source === target) return;
  if (!arrows.has(source)) arrows.set(source, new Map());
  if (!arrows.get(source).has(target)) arrows.get(source).set(target, from);
}

/** Each circle once, as text; found by walking down from each folder. */
function circlesOf(graph) {
  const circles = [];
  const done = new Set();
  const walk = (folder, above) => {
    if (above.includes(folder)) {
      const circle = [...above.slice(above.indexOf(folder)), folder];
      const steps = circle.slice(1).map((next, at) => `${next} (from ${graph.get(circle[at]).get(next)})`);
      circles.push([circle[0], ...steps].join(' → '));
      return;
    }
    if (done.has(folder)) return;
    for (const next of graph.get(folder)?.keys() ?? []) walk(next, [...above, folder]);
    done.add(folder);
  };
  for (const folder of graph.keys()) walk(folder, []);
  return circles;
}
