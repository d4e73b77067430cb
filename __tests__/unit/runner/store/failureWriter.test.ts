import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { RunStore } from '../../../../runner/store/runStore';
import { createBus } from '../../../../src/protocol/bus';
import type { FuzzEvent } from '../../../../src/protocol/events';
import { sampleFailure, temporaryDirectory } from '../../database/samples';

let rootDir: string;

beforeEach(() => {
  rootDir = temporaryDirectory();
});

afterEach(() => fs.rmSync(rootDir, { recursive: true, force: true }));

test('a failure that cannot be saved anywhere is shown with a notice, and the run goes on', async () => {
  const bus = createBus();
  const events: FuzzEvent[] = [];
  bus.subscribe((event) => void events.push(event));
  const store = await RunStore.open('dir:records', rootDir, bus);
  await store.records.close();
  // The journal cannot be written, either.
  fs.rmSync(path.join(rootDir, '.fuzz-runner'), { recursive: true, force: true });
  fs.writeFileSync(path.join(rootDir, '.fuzz-runner'), 'a file');
  const failure = sampleFailure();
  await store.failureWriter.save(failure, 'found');
  expect(events).toContainEqual(expect.objectContaining({ type: 'failure' }));
  const notices = events.flatMap((event) => (event.type === 'notice' ? [event.notice.message] : []));
  expect(notices).toEqual([expect.stringContaining('is shown and reported, but could not be saved.')]);
});
