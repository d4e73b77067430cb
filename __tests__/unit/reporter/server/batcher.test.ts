import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createBatcher } from '../../../../reporter/server/batcher';
import type { FuzzEvent } from '../../../../src/protocol/events';
import { failureEvent, pointEvent, runEvent, targetEvent } from '../../web/events';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** Events in one line: `run/r1 target/a=3`. */
function line(events: readonly FuzzEvent[]): string {
  return events.map(word).join(' ');
}

function word(event: FuzzEvent): string {
  if (event.type === 'run') return `run/${event.run.runId}`;
  if (event.type === 'target') return `target/${event.target.id}=${event.target.inputs}`;
  if (event.type === 'failure') return `failure/${event.failure.id}`;
  if (event.type === 'point') return `point/${event.point.targetId}#${event.point.sequence}`;
  return event.type;
}

function check(events: readonly FuzzEvent[], expected: string, presentRunId: string | null = null): void {
  const sent: string[] = [];
  const batcher = createBatcher(250, (batch) => sent.push(line(batch)), presentRunId);
  for (const event of events) batcher.add(event);
  batcher.flush();
  expect(sent).toEqual(expected === '' ? [] : [expected]);
}

describe('createBatcher', () => {
  test('sends nothing when there is nothing', () => check([], ''));

  test('keeps the latest of a key in the place of the first', () => {
    check(
      [targetEvent('a', { inputs: 1 }), targetEvent('b', { inputs: 1 }), targetEvent('a', { inputs: 3 })],
      'target/a=3 target/b=1',
    );
  });

  test('keeps every point, but one point once', () => {
    check(
      [pointEvent('a', 0), pointEvent('a', 1), pointEvent('b', 0), pointEvent('a', 1)],
      'point/a#0 point/a#1 point/b#0',
    );
  });

  test('a new run drops what was waiting of the old one, except failures', () => {
    const events = [runEvent('r1'), targetEvent('a', { inputs: 1 }), failureEvent('f', 'a'), pointEvent('a', 0)];
    check([...events, runEvent('r2'), targetEvent('b', { inputs: 1 })], 'run/r2 failure/f target/b=1');
  });

  test('the first event of a run that is known already, or of the very first run, drops nothing', () => {
    check([targetEvent('a', { inputs: 1 }), runEvent('r1')], 'target/a=1 run/r1', 'r1');
    check([targetEvent('a', { inputs: 1 }), runEvent('r1')], 'target/a=1 run/r1', null);
    check([targetEvent('a', { inputs: 1 }), runEvent('r2')], 'run/r2', 'r1');
  });

  test('a later event of the same run drops nothing', () => {
    check([runEvent('r1'), targetEvent('a', { inputs: 1 }), runEvent('r1')], 'run/r1 target/a=1');
  });

  test('sends at most once per interval', () => {
    const sent: string[] = [];
    const batcher = createBatcher(250, (batch) => sent.push(line(batch)));
    for (let tick = 0; tick < 100; tick += 1) {
      batcher.add(targetEvent('a', { inputs: tick }));
      jest.advanceTimersByTime(10);
    }
    // One second of events every 10 ms.
    expect(sent).toEqual(['target/a=24', 'target/a=49', 'target/a=74', 'target/a=99']);
  });

  test('after stop, nothing is sent', () => {
    const sent: string[] = [];
    const batcher = createBatcher(250, (batch) => sent.push(line(batch)));
    batcher.add(targetEvent('a'));
    batcher.stop();
    batcher.add(targetEvent('b'));
    jest.advanceTimersByTime(1000);
    batcher.flush();
    expect(sent).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });
});
