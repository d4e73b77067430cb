import { describe, expect, test } from '@jest/globals';
import { applyEvent, emptyState } from '../../../src/protocol/state';
import type { FuzzEvent } from '../../../src/protocol/events';
import { summarize, type Summary } from '../../../web/logic/summary';
import { failureEvent, runEvent, targetEvent } from './events';

function of(...events: FuzzEvent[]): Summary {
  const state = emptyState();
  for (const event of events) applyEvent(state, event);
  return summarize(state.run, state.targets.values(), state.failures.values());
}

const finding = targetEvent('a', { cpuSeconds: 100, lastNewBehavior: { inputs: 1, cpuSeconds: 95, wallSeconds: 1 } });
const quiet = targetEvent('b', { cpuSeconds: 100, lastNewBehavior: { inputs: 1, cpuSeconds: 30, wallSeconds: 1 } });

describe('summarize', () => {
  test('nothing yet', () => expect(of()).toMatchObject({ tone: 'busy', headline: 'Nothing has run yet' }));

  test('collecting', () => {
    const events = [runEvent('r', { state: 'collecting' }), targetEvent('a', { inputs: 0 })];
    expect(of(...events)).toEqual({ tone: 'busy', headline: 'Collecting targets', detail: '1 target so far.' });
  });

  test('no failure, some still finding', () => {
    expect(of(runEvent(), finding, quiet)).toEqual({
      tone: 'good',
      headline: 'No failure in 2 targets',
      detail: '1 target is still finding new behavior, 1 quiet.',
    });
  });

  test('all finding, none finding, none left', () => {
    expect(of(runEvent(), finding).detail).toBe('Every running target is still finding new behavior.');
    expect(of(runEvent(), quiet).detail).toBe('No target has found new behavior in its last minute of CPU time.');
    const blocked = targetEvent('c', { status: 'blocked' });
    expect(of(runEvent(), blocked).detail).toBe('No target can go on. 1 target cannot go on.');
  });

  test('failures are counted once each, fixed ones not', () => {
    const failures = [
      failureEvent('1', 'a', { state: 'minimal' }),
      failureEvent('2', 'a', { state: 'shrinking' }),
      failureEvent('3', 'b', { state: 'fixed' }),
    ];
    const summary = of(runEvent(), finding, quiet, ...failures);
    expect(summary).toMatchObject({ tone: 'bad', headline: '2 distinct failures in 1 of 2 targets' });
    expect(summary.detail).toBe('1 is still being simplified. 1 target is still finding new behavior, 1 quiet.');
  });

  test('after the end: how long, how much, why', () => {
    const run = runEvent('r', { state: 'finished', ended: 'budget', wallSeconds: 600 });
    const summary = of(run, quiet, failureEvent('1', 'b'));
    expect(summary.detail).toBe('Ended after 10 min and 123,456 inputs, because its time budget was used up.');
    expect(of(runEvent('r', { state: 'finished', ended: 'no-targets' })).headline).toBe('No target to fuzz');
  });
});
