'use strict';
// Installs what the tests need and npm cannot give: Chromium and a Redis server, from Debian's packages, if missing.
const { execFileSync, spawnSync } = require('node:child_process');

const TOOLS = [
  { command: process.env.CHROMIUM_PATH ?? 'chromium', package: 'chromium' },
  { command: 'redis-server', package: 'redis-server' },
];

const missing = TOOLS.filter(({ command }) => spawnSync('which', [command]).status !== 0);
if (missing.length > 0) {
  const names = missing.map((tool) => tool.package);
  console.error(`Installing ${names.join(' and ')} …`);
  const run = (...words) =>
    execFileSync('apt-get', words, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  try {
    run('update', '-qq');
    run('install', '-y', '-qq', '--no-install-recommends', ...names);
  } catch {
    console.error(`Could not install ${names.join(' and ')} with apt-get (it needs root). Install them by hand.`);
    process.exitCode = 1;
  }
}
