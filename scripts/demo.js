'use strict';
// `npm run demo`: builds, fuzzes the project in examples/ for a minute and says what was found. `--no-build` takes
// dist/ as it is. Exits with 0 when the fuzzer ran to its end, also with failures: a demo should find some.
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const SECONDS = 60;
const root = path.join(__dirname, '..');
const examples = path.join(root, 'examples');
const command = path.join(root, 'dist', 'runner', 'bin.js');

main().then(
  (code) => (process.exitCode = code),
  (error) => {
    console.error(`demo: ${error.message}`);
    process.exitCode = 1;
  },
);

async function main() {
  if (!process.argv.includes('--no-build')) {
    console.log('demo: building dist/');
    npm(['run', '--silent', 'build'], root);
  }
  console.log('demo: installing the three packages that the examples test');
  npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], examples);
  console.log(`demo: fuzzing the tests in examples/ for ${SECONDS} seconds; Ctrl-C ends it early`);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-runner-demo-'));
  try {
    const reportFile = path.join(folder, 'report.json');
    const code = await fuzz(reportFile);
    if (!fs.existsSync(reportFile)) throw new Error(`The fuzzer ended with code ${code} before its report.`);
    console.log(story(JSON.parse(fs.readFileSync(reportFile, 'utf8')), code));
    return 0;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs npm in a folder; throws when it fails. */
function npm(words, cwd) {
  // npm gives its scripts the path of its JavaScript file; the command `npm` is a batch file on Windows.
  const place = process.env.npm_execpath;
  const options = { cwd, stdio: ['ignore', 'ignore', 'inherit'] };
  const { status, error } =
    place === undefined ? spawnSync('npm', words, options) : spawnSync(process.execPath, [place, ...words], options);
  if (status === 0) return;
  throw new Error(`npm ${words[0]} failed in ${cwd}${error === undefined ? '' : `: ${error.message}`}`);
}

/** Resolves to the exit code of the fuzzer. The terminal sends Ctrl-C to the fuzzer, too, so it is ignored here. */
function fuzz(reportFile) {
  const words = ['--for', `${SECONDS}s`, '--report', reportFile];
  const nodeOptions = `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --no-warnings`.trim();
  const child = spawn(process.execPath, [command, ...words], {
    cwd: examples,
    stdio: 'inherit',
    env: { ...process.env, NODE_OPTIONS: nodeOptions },
  });
  process.on('SIGINT', () => {});
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? signal));
  });
}

function story({ targets, totals, wallSeconds }, code) {
  const failing = targets.filter((target) => target.failures.some(({ state }) => state !== 'fixed'));
  const lines = [
    '',
    `demo: ${totals.inputs} inputs for ${targets.length} properties in ${Math.round(wallSeconds)} seconds.`,
    `demo: ${totals.failures} distinct failures in ${failing.length} of the properties:`,
    ...failing.map(({ file, failures }) => `        ${file}: ${failures.map(describe).join('; ')}`),
    `demo: The fuzzer itself ended with code ${code}, which fails a build. The demo ends with 0.`,
    'demo: The failures are saved in examples/.fuzz-runner. An ordinary run of Jest replays them:',
    '',
    '        cd examples && NODE_OPTIONS=--experimental-vm-modules npx jest',
  ];
  return lines.join('\n');
}

function describe({ errorName, input }) {
  const line = input.replaceAll(/\s*\n\s*/g, ' ');
  return `${errorName} with ${line.length > 60 ? `${line.slice(0, 57)}...` : line}`;
}
