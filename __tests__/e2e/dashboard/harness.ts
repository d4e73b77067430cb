import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { busSource, startDashboard, type Dashboard } from '../../../reporter/server/dashboardServer';
import type { Bus } from '../../../src/protocol/bus';

const ROOT = path.join(__dirname, '..', '..', '..');
const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Whether there is a browser to test with. In CI a missing one is a failure and not a skip: the page would otherwise
 * go untested without anyone noticing.
 */
export function hasChromium(): boolean {
  if (existsSync(CHROMIUM)) return true;
  const message = `No Chromium at ${CHROMIUM}: set CHROMIUM_PATH to test the dashboard in a browser.`;
  if (process.env.CI !== undefined && process.env.CI !== '') throw new Error(message);
  console.warn(`Skipped. ${message}`);
  return false;
}

/** The page, built into a folder of its own, and a real browser. */
export class Harness {
  /** Everything the browser complained of: console errors, exceptions, violations of the content security policy. */
  readonly complaints: string[] = [];
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'fuzz-runner-dashboard-'));
  #browser: Browser | null = null;
  readonly #dashboards: Dashboard[] = [];

  async start(): Promise<void> {
    const vite = path.join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
    const args = [vite, 'build', 'web', '--outDir', this.webRoot, '--emptyOutDir', '--logLevel', 'error'];
    // Jest's own NODE_ENV would give another build than the one that is shipped.
    const env = { ...process.env, NODE_ENV: 'production' };
    execFileSync(process.execPath, args, { cwd: ROOT, stdio: 'pipe', env });
    this.#browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  }

  get webRoot(): string {
    return path.join(this.#folder, 'web');
  }

  async serve(bus: Bus, port = 0): Promise<Dashboard> {
    const paths = { tokenFile: path.join(this.#folder, 'token'), webRoot: this.webRoot };
    const dashboard = await startDashboard({
      source: busSource(bus),
      port,
      standalone: false,
      version: '0.1.0',
      ...paths,
    });
    this.#dashboards.push(dashboard);
    return dashboard;
  }

  /** A page of a browser without cookies. */
  async open(url: string): Promise<Page> {
    const context = await this.#browser!.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    await page.addInitScript(
      `addEventListener('securitypolicyviolation', (event) => console.error('CSP ' + event.violatedDirective + ' ' + event.blockedURI))`,
    );
    await page.goto(url);
    return page;
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
    for (const dashboard of this.#dashboards) await dashboard.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
