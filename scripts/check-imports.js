'use strict';
// Enforces who may import whom (ARCHITECTURE.md, "Code map"). Exits 1 and lists what is not allowed.
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');

// First matching rule wins. `own`: folders of ours that may be imported; `packages`: packages and Node modules.
const RULES = [
  { from: 'src/choice/', own: ['src/choice/'], packages: [] },
  { from: 'src/protocol/', own: ['src/protocol/'], packages: [] },
  {
    from: 'src/database/',
    own: ['src/database/', 'src/protocol/', 'src/choice/'],
    packages: ['lmdb', '@redis/client', '@jest/globals', 'node:*'],
  },
  { from: 'src/coverage/', own: ['src/'], packages: ['acorn'] },
  { from: 'src/mutate/', own: ['src/'], packages: ['@eslint-community/regexpp'] },
  { from: 'src/patch/', own: ['src/patch/'], packages: ['diff'] },
  { from: 'src/packageVersion', own: [], packages: ['node:*'] },
  { from: 'src/', own: ['src/'], packages: [] },
  {
    from: 'runner/',
    own: ['src/', 'runner/'],
    packages: ['*'],
    except: ['express', 'socket.io', 'preact', '@preact/signals'],
  },
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
for (const folder of ['src', 'runner', 'reporter', 'web']) visit(path.join(root, folder));
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

function visit(place) {
  if (!fs.existsSync(place)) return;
  for (const entry of fs.readdirSync(place, { withFileTypes: true })) {
    const full = path.join(place, entry.name);
    if (entry.isDirectory()) visit(full);
    else if (/\.tsx?$/.test(entry.name) && !entry.name.startsWith('vite.config')) checkFile(full);
  }
}

function checkFile(file) {
  const from = path.relative(root, file).split(path.sep).join('/');
  const rule = RULES.find((candidate) => from.startsWith(candidate.from));
  const source = fs.readFileSync(file, 'utf8');
  const imports = source.matchAll(/(?:from|import|require\.resolve|require|import\()\s*\(?\s*'([^'\n]+)'/g);
  for (const [, name] of imports) {
    if (name.startsWith('.')) {
      const to = path
        .relative(root, path.resolve(path.dirname(file), name))
        .split(path.sep)
        .join('/');
      if (!rule.own.some((prefix) => `${to}/`.startsWith(prefix))) problems.push(`${from} must not import ${to}`);
    } else if (!allowsPackage(rule, name)) {
      problems.push(`${from} must not import the package ${name}`);
    }
  }
}

function allowsPackage(rule, name) {
  if (rule.except?.includes(name)) return false;
  return rule.packages.some(
    (allowed) => allowed === '*' || allowed === name || (allowed === 'node:*' && name.startsWith('node:')),
  );
}
