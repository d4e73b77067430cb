'use strict';
const { createHash } = require('node:crypto');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const ROOT = path.join(__dirname, '..', '..');
const BENCH = path.join(ROOT, 'bench');

/** What the projects use besides the package under test, in the versions of this checkout. */
const SHARED = ['jest', 'fast-check', '@fast-check/jest', '@swc/core', '@swc/jest'];

/**
 * A folder outside of the checkout with the packed package, Jest and fast-check in its `node_modules`. The projects lie
 * below it, each with its pinned package in a `node_modules` of its own, which Node looks into first.
 */
exports.prepareWorkDirectory = function prepareWorkDirectory(folder, subjects, tarball) {
  fs.mkdirSync(folder, { recursive: true });
  installShared(folder, tarball ?? pack(folder));
  for (const project of new Set(subjects.map((subject) => subject.project))) {
    const target = path.join(folder, project);
    if (project === 'probes') writeProbes(target, subjects);
    else writeCase(target, path.join(BENCH, project));
  }
};

/** Builds this checkout and packs what `npm publish` would. Returns the tarball. */
function pack(folder) {
  console.error('accept: building and packing this checkout');
  npm(['run', '--silent', 'build'], ROOT);
  const [{ filename }] = JSON.parse(npm(['pack', '--ignore-scripts', '--json', '--pack-destination', folder], ROOT));
  return path.join(folder, filename);
}

function installShared(folder, tarball) {
  const bytes = fs.readFileSync(tarball);
  // A name for each content: npm takes the same name for the same package and would leave the old one.
  const name = `fuzz-runner-${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}.tgz`;
  fs.writeFileSync(path.join(folder, name), bytes);
  const { devDependencies } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const dependencies = Object.fromEntries(SHARED.map((shared) => [shared, devDependencies[shared]]));
  const manifest = { private: true, dependencies: { ...dependencies, 'fuzz-runner': `file:${name}` } };
  const file = path.join(folder, 'package.json');
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  if (fs.existsSync(path.join(folder, 'node_modules')) && readText(file) === text) return;
  fs.writeFileSync(file, text);
  console.error('accept: installing fuzz-runner, Jest and fast-check');
  npm(['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], folder);
}

function writeCase(target, source) {
  fs.cpSync(source, target, { recursive: true });
  const testFile = fs.readdirSync(source).find((name) => /^prop\.test\.[jt]s$/.test(name));
  // Jest's own transform does not know TypeScript.
  const config = testFile.endsWith('.ts')
    ? { transform: { '\\.ts$': '@swc/jest', '\\.js$': 'babel-jest' } }
    : { testEnvironment: 'node' };
  fs.writeFileSync(path.join(target, 'jest.config.js'), `module.exports = ${JSON.stringify(config)};\n`);
  const hasPackages = fs.existsSync(path.join(source, 'package-lock.json'));
  if (!hasPackages || fs.existsSync(path.join(target, 'node_modules'))) return;
  console.error(`accept: installing the package of ${path.basename(target)}`);
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  npm(['ci', ...quiet], target);
}

/** One project with all planted bugs, and a test file for each that was chosen, as a user would write it. */
function writeProbes(target, subjects) {
  fs.cpSync(path.join(BENCH, 'probes'), target, { recursive: true });
  fs.writeFileSync(path.join(target, 'package.json'), '{ "private": true }\n');
  fs.writeFileSync(path.join(target, 'jest.config.js'), 'module.exports = {};\n');
  for (const { id, kind, testFile } of subjects) {
    if (kind !== 'probe') continue;
    const [name, form] = id.split(' ');
    const run = form === 'tree' ? 'probe.runTree' : 'probe.run';
    const lines = [
      "const fc = require('fast-check');",
      `const probe = require('./probes.js')(fc).find(({ name }) => name === '${name}');`,
      '',
      `test('${id}', () => {`,
      `  fc.assert(fc.property(...probe.${form}, (...input) => ${run}(...input)));`,
      '});',
    ];
    fs.writeFileSync(path.join(target, testFile), `${lines.join('\n')}\n`);
  }
}

/** Runs npm in a folder and returns what it prints; throws when it fails. */
function npm(words, cwd) {
  // npm tells its scripts where it is; `npm` itself is a batch file on Windows.
  const place = process.env.npm_execpath;
  const [program, before] = place === undefined ? ['npm', []] : [process.execPath, [place]];
  const { status, stdout, stderr, error } = spawnSync(program, [...before, ...words], { cwd, encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new Error(`npm ${words[0]} failed in ${cwd}: ${error?.message ?? `${stdout}\n${stderr}`}`);
}

function readText(file) {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : null;
}
