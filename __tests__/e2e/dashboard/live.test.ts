import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { DIST, finished, Project } from '../runner/project';
import { Harness, hasChromium } from './harness';

jest.setTimeout(120_000);

const BIN = path.join(DIST, 'runner', 'bin.js');

/** Resolves with the address that a process prints. */
function address(child: ReturnType<Project['start']>): Promise<string> {
  return new Promise((resolve, reject) => {
    let seen = '';
    child.stderr!.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/.exec(seen);
      if (found !== null) resolve(found[0]);
    });
    child.on('close', () => reject(new Error(`No address was printed:\n${seen}`)));
  });
}

(hasChromium() ? describe : describe.skip)('the dashboard of a live run', () => {
  const browser = new Harness();
  let project: Project;
  const children: ReturnType<Project['start']>[] = [];

  beforeAll(async () => {
    await browser.start();
    project = new Project({
      'late.test.js': `const fc = require('fast-check'); const begin = Date.now();
test('fails after a while', () => { fc.assert(fc.property(fc.integer(), (n) => { if (n > 1000 && Date.now() - begin > 9000) throw new RangeError('late bug'); })); });
test('never fails', () => { fc.assert(fc.property(fc.string(), (s) => { if (s.includes('x')) return; })); });`,
    });
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await browser.stop();
    project.remove();
  });

  test('rows move, a failure appears without reload, and the page survives the end of its server', async () => {
    const run = project.start([], { FUZZ_DASHBOARD: '1', FUZZ_PORT: '0', FUZZ_FOR: '90s' });
    children.push(run);
    const ended = finished(run);
    const url = await address(run);
    const page = await browser.open(url);
    const row = page.getByRole('row').filter({ hasText: 'never fails' });
    await row.waitFor();
    const before = await row.innerText();
    while ((await row.innerText()) === before) await page.waitForTimeout(100);
    await page.getByRole('heading', { name: '1 distinct failure in 1 of 2 targets' }).waitFor({ timeout: 60_000 });
    run.kill('SIGINT');
    expect((await ended).code).toBe(1);

    const { port } = new URL(url);
    const alone = spawn(process.execPath, [BIN, 'dashboard', '--port', port], { cwd: project.folder });
    children.push(alone);
    const aloneEnded = finished(alone);
    await address(alone);
    await page
      .getByText(/interrupted/i)
      .first()
      .waitFor({ timeout: 30_000 });
    await page.getByRole('heading', { name: '1 distinct failure in 1 of 2 targets' }).waitFor();
    alone.kill('SIGINT');
    expect((await aloneEnded).code).toBe(0);
  });
});
