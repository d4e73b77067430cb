import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { createBus, type Bus } from '../../../src/protocol/bus';
import type { FuzzEvent } from '../../../src/protocol/events';
import { failureEvent, notCollectedEvent, pointEvent, runEvent, targetEvent } from '../../unit/web/events';
import { Harness, hasChromium } from './harness';

jest.setTimeout(60_000);

const inBrowser = hasChromium() ? describe : describe.skip;

inBrowser('the dashboard in Chromium', () => {
  let harness: Harness;
  let page: Page | null = null;

  beforeAll(async () => {
    harness = new Harness();
    await harness.start();
  });
  afterEach(async () => {
    await page?.context().close();
    page = null;
    // Checked after every test: no exception, no console error, no violation of the content security policy.
    expect(harness.complaints.splice(0)).toEqual([]);
  });
  afterAll(() => harness.stop());

  /** A bus with `targets` targets that have run a little. */
  function busOf(targets: number): Bus {
    const bus = createBus();
    bus.publish(runEvent('run-1', {}, { targets }));
    for (let at = 0; at < targets; at += 1) bus.publish(targetEvent(nameOf(at), { inputs: 1000 + at }));
    return bus;
  }

  async function openPage(bus: Bus, search = ''): Promise<Page> {
    const dashboard = await harness.serve(bus);
    page = await harness.open(dashboard.url + search);
    return page;
  }

  test('the printed URL loses its token and leads to the page', async () => {
    const shown = await openPage(busOf(3));
    await shown.getByRole('heading', { name: 'No failure in 3 targets' }).waitFor();
    expect(shown.url()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(await shown.evaluate('document.cookie')).toBe('');
  });

  test('threads of several fuzzers are told apart, and nothing is said to go on when all are gone', async () => {
    const bus = busOf(1);
    const seen = (runId: string, host: string, presence: 'alive' | 'gone'): FuzzEvent => {
      const { run } = runEvent(runId, { host, state: 'fuzzing' }) as FuzzEvent & { type: 'run' };
      return { type: 'fuzzer', fuzzer: { run, presence } };
    };
    const thread = { state: 'running', targetId: null, heapUsedBytes: 1, slices: 7, restarts: 0 } as const;
    for (const [runId, host] of [
      ['run-1', 'near'],
      ['run-2', 'far'],
    ] as const) {
      bus.publish(seen(runId, host, 'alive'));
      bus.publish({ type: 'worker', worker: { ...thread, id: 1, runId } });
    }
    const shown = await openPage(bus);
    await shown.locator('.status', { hasText: 'fuzzing' }).waitFor();
    await shown.getByText('The curves show only example:1.').waitFor();
    await shown.getByRole('link', { name: 'Workers' }).click();
    const threads = shown.locator('table').first();
    await threads.getByRole('row').filter({ hasText: 'near:1' }).waitFor();
    await threads.getByRole('row').filter({ hasText: 'far:1' }).waitFor();
    bus.publish(seen('run-2', 'far', 'gone'));
    await threads.getByRole('row').filter({ hasText: 'far:1' }).waitFor({ state: 'detached' });
    bus.publish(seen('run-1', 'near', 'gone'));
    await shown.goBack();
    await shown.locator('.status', { hasText: 'ended' }).waitFor();
  });

  test('rows, totals and failures change without a reload', async () => {
    const bus = busOf(3);
    const shown = await openPage(bus);
    const row = shown.getByRole('row').filter({ hasText: nameOf(1) });
    await row.getByText('1,001', { exact: true }).waitFor();
    await shown.evaluate('window.isSamePage = true');

    bus.publish(targetEvent(nameOf(1), { inputs: 7_654_321 }));
    bus.publish(runEvent('run-1', {}, { inputs: 98_765_432 }));
    await row.getByText('7,654,321').waitFor();
    await shown.getByText('98,765,432').waitFor();

    bus.publish(failureEvent('f', nameOf(1), { state: 'shrinking', shrinks: 5, minimalAt: null }));
    bus.publish(targetEvent(nameOf(1), { failures: 1 }));
    await shown.getByRole('heading', { name: '1 distinct failure in 1 of 3 targets' }).waitFor();
    await shown.getByText('shrinking… 5 steps').waitFor();
    await shown.getByRole('status').filter({ hasText: '1 new failure: TypeError' }).waitFor({ state: 'attached' });
    expect(await shown.title()).toBe('(1) fuzz-runner');

    bus.publish(targetEvent('a target that came late'));
    await shown.getByRole('row').filter({ hasText: 'came late' }).waitFor();
    bus.publish(failureEvent('f', nameOf(1), { state: 'minimal' }));
    await shown.locator('.chip', { hasText: 'minimal' }).waitFor();
    expect(await shown.evaluate('window.isSamePage')).toBe(true);
  });

  test('a failure is shown in full, as text, and its command is copied clean', async () => {
    const bus = busOf(2);
    const hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    const command = `npx jest -t '${hostile}\nrm'`;
    bus.publish(failureEvent('f', nameOf(0), { message: hostile, input: `["${hostile}"]`, replayCommand: command }));
    for (let at = 0; at < 50; at += 1) bus.publish(pointEvent(nameOf(0), at));
    const shown = await openPage(bus);
    await shown.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await shown.getByRole('link', { name: hostile }).click();
    await shown.getByRole('heading', { name: '1 distinct failure', exact: true }).waitFor();
    expect(new URL(shown.url()).searchParams.get('failure')).toBe('f');
    expect(await shown.locator('.failure-card .message').innerText()).toBe(hostile);
    expect(await shown.locator('.input-text').innerText()).toContain(hostile);
    expect(await shown.locator('main img, main script').count()).toBe(0);
    await shown.locator('.chart canvas').waitFor();

    await shown.getByRole('button', { name: 'Copy command' }).click();
    await shown.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await shown.evaluate('navigator.clipboard.readText()')).toBe(command.replace('\n', ' '));

    await shown.goBack();
    await shown.getByRole('heading', { name: '1 distinct failure in 1 of 2 targets' }).waitFor();
  });

  test('what was found out about a failure is listed, as text, and what was saved damaged is not', async () => {
    const hostile = '<img src=x onerror="document.title=1">';
    const explanation = {
      runs: 216,
      free: [
        { part: 'the 2nd argument', tried: 80, rejected: 0, isAll: false },
        { part: '.note of the 1st argument', tried: 1, rejected: 2, isAll: true },
      ],
      together: { tried: 40, failed: 33 },
      nearest: {
        input: `[{"note":""},"${hostile}"]`,
        changes: [{ part: 'the 2nd argument', value: `"${hostile}"`, insteadOf: '""' }],
      },
      reached: { places: ['src/cart.js:16', 'src/cart.js:9'], failing: 290, passing: 177 },
    };
    const bus = busOf(2);
    bus.publish(failureEvent('f', nameOf(0), { explanation }));
    bus.publish(failureEvent('g', nameOf(0), { explanation: { runs: 1, free: [{}] } as never }));
    const shown = await openPage(bus, `&target=${encodeURIComponent(nameOf(0))}&failure=f`);
    await shown.getByRole('heading', { name: 'Explained by 216 more runs', exact: true }).waitFor();
    const lines = shown.locator('.explanation');
    expect(await lines.count()).toBe(1);
    expect(await lines.locator('li').allInnerTexts()).toEqual([
      'the 2nd argument does not matter: all 80 other values that were tried failed too',
      '.note of the 1st argument does not matter: the only other value failed too (and 2 were rejected)',
      'but they matter together: with other values for all of them, 7 of 40 inputs did not fail in this way',
      `the nearest input that passes: [{"note":""},"${hostile}"] (the 2nd argument: "${hostile}" instead of "")`,
      'only failing runs reached: src/cart.js:16, src/cart.js:9 (290 failing, 177 passing runs)',
    ]);
    expect(await shown.locator('main img').count()).toBe(0);
  });

  test('slash leads to the filter, the filter and the order to the URL, the URL to the same view', async () => {
    const shown = await openPage(busOf(30));
    const rows = shown.locator('.targets tbody tr');
    await rows.nth(29).waitFor();
    await shown.keyboard.press('/');
    await shown.keyboard.type('"target 001');
    await shown.getByText('10 of 30 targets').waitFor();
    await shown.getByRole('button', { name: 'Inputs', exact: true }).click();
    await shown.getByRole('button', { name: 'log', exact: true }).click();
    expect(shown.url()).toMatch(/\/\?filter=%22target\+001&sort=-inputs&scale=log$/);
    await shown.reload();
    await shown.getByText('10 of 30 targets').waitFor();
    expect(await rows.first().innerText()).toContain(nameOf(19));
    expect(await shown.getByRole('columnheader', { name: 'Inputs', exact: true }).getAttribute('aria-sort')).toBe(
      'descending',
    );
    await shown.getByRole('searchbox').fill('nothing like this');
    await shown.getByRole('button', { name: 'Clear the filter' }).click();
    await shown.getByText('30 targets', { exact: true }).waitFor();
  });

  test('slash works from the moment the filter is there', async () => {
    const bus = createBus();
    const shown = await openPage(bus);
    await shown.getByText('npx jest --runner=fuzz-runner').waitFor();
    // Faster than any user: before the box is painted.
    await shown.evaluate(`new MutationObserver((_changes, observer) => {
      if (document.querySelector('input[type=search]') === null) return;
      observer.disconnect();
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '/', bubbles: true }));
      window.focusedType = document.activeElement?.type ?? 'nothing';
    }).observe(document.body, { childList: true, subtree: true })`);
    bus.publish(runEvent('run-1', {}, { targets: 1 }));
    bus.publish(targetEvent(nameOf(0)));
    await shown
      .getByRole('row')
      .filter({ hasText: nameOf(0) })
      .waitFor();
    expect(await shown.evaluate('window.focusedType')).toBe('search');
  });

  test('the other pages', async () => {
    const bus = busOf(1);
    const worker = {
      id: 1,
      state: 'running',
      targetId: nameOf(0),
      heapUsedBytes: 84e6,
      slices: 12,
      restarts: 0,
    } as const;
    bus.publish({ type: 'worker', worker });
    bus.publish(notCollectedEvent('src/other.test.ts', { reason: 'It calls no property of fast-check.' }));
    const shown = await openPage(bus);
    await shown.getByRole('link', { name: 'Not collected 1' }).click();
    await shown.getByText('It calls no property of fast-check.').waitFor();
    await shown.getByRole('link', { name: 'Workers 1' }).click();
    await shown.getByText('84 MB').waitFor();
    await shown.getByRole('link', { name: nameOf(0) }).click();
    await shown.getByRole('heading', { name: nameOf(0) }).waitFor();
  });

  test('a target tells what is unstable, and where', async () => {
    const bus = busOf(1);
    const shown = await openPage(bus);
    await shown.getByRole('link', { name: nameOf(0) }).click();
    await shown.getByRole('heading', { name: nameOf(0) }).waitFor();
    expect(await shown.getByText('unstable behavior').count()).toBe(0);
    const places = ['src/parse.js:9', 'src/parse.js:10'];
    bus.publish(targetEvent(nameOf(0), { stability: 0.5, unstable: { count: 25, places } }));
    await shown.getByText('25 unstable behaviors').click();
    await shown.getByText('src/parse.js:10').waitFor();
    expect(await shown.locator('.stats > div', { hasText: 'Unstable' }).innerText()).toMatch(/Unstable\s+25/);
  });

  test('nothing has run yet', async () => {
    const bus = createBus();
    const shown = await openPage(bus);
    await shown.getByText('npx jest --runner=fuzz-runner').waitFor();
    bus.publish(runEvent('run-1', { state: 'collecting' }));
    bus.publish(targetEvent('first', { inputs: 0 }));
    await shown.getByRole('heading', { name: 'Collecting targets' }).waitFor();
  });

  test('the page outlives a restart of the server on its port', async () => {
    const first = await harness.serve(busOf(2));
    page = await harness.open(first.url);
    await page
      .getByRole('row')
      .filter({ hasText: nameOf(1) })
      .waitFor();
    await first.close();
    await page.getByText('Reconnecting…').waitFor();
    // The page keeps the last known state.
    expect(await page.getByRole('row').count()).toBe(3);
    const bus = createBus();
    bus.publish(runEvent('run-2'));
    bus.publish(targetEvent('a target of the next run'));
    await harness.serve(bus, first.port);
    await page.getByRole('row').filter({ hasText: 'of the next run' }).waitFor();
    await page.getByText('Reconnecting…').waitFor({ state: 'detached' });
    expect(await page.getByRole('row').count()).toBe(2);
    // A browser always logs a connection that is cut or refused; nothing else may be among the complaints.
    const complaints = harness.complaints.splice(0);
    expect(complaints.filter((text) => !/ERR_CONNECTION_(REFUSED|RESET)/.test(text))).toEqual([]);
  });

  test('another token: the page says what to do', async () => {
    const dashboard = await harness.serve(busOf(1));
    page = await harness.open(dashboard.url);
    await page.getByRole('heading', { name: 'No failure' }).waitFor();
    await page.context().clearCookies();
    await dashboard.close();
    await harness.serve(busOf(1), dashboard.port);
    await page.getByText('Open the new URL printed in the terminal').waitFor();
    harness.complaints.splice(0);
  });

  test('the end of a run is told, and not taken for a lost connection', async () => {
    const bus = busOf(1);
    const dashboard = await harness.serve(bus);
    page = await harness.open(dashboard.url);
    await page.getByRole('heading', { name: 'No failure' }).waitFor();
    bus.publish(runEvent('run-1', { state: 'finished', ended: 'budget' }));
    await dashboard.close();
    await page.getByText('The run has ended.').waitFor();
    await page.getByText('because its time budget was used up').waitFor();
    harness.complaints.splice(0);
  });

  test('2,000 targets: only what is in view is in the document, and it stays live', async () => {
    const bus = busOf(2000);
    const shown = await openPage(bus, '&sort=name&x=inputs');
    const rows = shown.locator('.targets tbody tr:not(.spacer)');
    await rows.first().waitFor();
    await shown.getByText('2000 targets').waitFor();
    expect(Number(await shown.evaluate(`document.querySelectorAll('*').length`))).toBeLessThan(2500);
    expect(await shown.getByRole('table').getAttribute('aria-rowcount')).toBe('2001');

    await shown.evaluate('scrollTo(0, document.body.scrollHeight)');
    const last = rows.filter({ hasText: nameOf(1999) });
    await last.waitFor();
    expect(Number(await shown.evaluate(`document.querySelectorAll('*').length`))).toBeLessThan(2500);
    for (let at = 0; at < 2000; at += 1) bus.publish(targetEvent(nameOf(at), { inputs: 4_000_000 + at }));
    await last.getByText('4,001,999').waitFor();
  });

  test('the theme follows the system, charts too', async () => {
    const bus = busOf(1);
    for (let at = 0; at < 50; at += 1) bus.publish(pointEvent(nameOf(0), at));
    const shown = await openPage(bus);
    await shown.locator('.chart canvas').waitFor();
    const ground = 'getComputedStyle(document.body).backgroundColor';
    const light = await shown.evaluate(ground);
    await shown.locator('.chart .uplot').evaluate('(element) => { element.dataset.old = "yes"; }');
    await shown.emulateMedia({ colorScheme: 'dark' });
    await shown.locator('.chart .uplot:not([data-old])').waitFor();
    expect(await shown.evaluate(ground)).not.toBe(light);
  });

  test('its scripts are at most 60 kB, compressed', () => {
    const assets = path.join(harness.webRoot, 'assets');
    const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'));
    const bytes = scripts.map((name) => gzipSync(readFileSync(path.join(assets, name))).length);
    expect(bytes.length).toBeGreaterThan(0);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(60_000);
  });
});

/** Names of one length, so that order by name is order by number: `target 0007`. */
function nameOf(at: number): string {
  return `target ${String(at).padStart(4, '0')}`;
}
