import { expect, test } from '@jest/globals';
import { BEAT_MS, PresenceWatch } from '../../../../src/database/live/presence';
import { sampleRun } from '../samples';

const START = 1_700_000_000_000;

/** A watch and its clock. `tick` looks at what a fuzzer says by its own clock, which may be any. */
function watching(): { watch: PresenceWatch; pass: (ms: number) => void } {
  let at = START;
  return { watch: new PresenceWatch(() => at), pass: (ms) => void (at += ms) };
}

test.each([0, -40 * 60_000, 40 * 60_000])(
  'a fuzzer whose clock differs by %d ms is alive while its record changes, and gone after four beats without',
  (skew) => {
    const { watch, pass } = watching();
    const said = (ago: number) =>
      sampleRun('a', START, { state: 'fuzzing', ended: null, updatedAt: START + skew - ago });
    for (let beat = 0; beat < 10; beat += 1) {
      watch.look([said(-beat * BEAT_MS)]);
      expect(watch.of(said(-beat * BEAT_MS))).toBe('alive');
      pass(BEAT_MS);
    }
    const last = said(-9 * BEAT_MS);
    for (let beat = 1; beat < 4; beat += 1) {
      watch.look([last]);
      expect(watch.of(last)).toBe('alive');
      pass(BEAT_MS);
    }
    pass(1);
    watch.look([last]);
    expect(watch.of(last)).toBe('gone');
    expect(watch.isAnyAlive).toBe(false);
    // It only slept.
    const woken = said(-100 * BEAT_MS);
    watch.look([woken]);
    expect(watch.of(woken)).toBe('alive');
  },
);

test('one that has ended is no longer alive at once', () => {
  const { watch } = watching();
  const ended = sampleRun('a', START, { state: 'finished', updatedAt: START });
  watch.look([ended]);
  expect(watch.of(ended)).toBe('ended');
});

test('a record of yesterday is not of somebody alive, until it changes', () => {
  const { watch } = watching();
  const old = sampleRun('a', START - 86_400_000, { state: 'fuzzing', updatedAt: START - 86_400_000 });
  watch.look([old]);
  expect(watch.of(old)).toBe('gone');
  const alive = { ...old, updatedAt: old.updatedAt + BEAT_MS };
  watch.look([alive]);
  expect(watch.of(alive)).toBe('alive');
});

test('who could not read for a while takes nobody for gone', () => {
  const { watch, pass } = watching();
  const run = sampleRun('a', START, { state: 'fuzzing', updatedAt: START });
  watch.look([run]);
  pass(60_000);
  watch.look([run]);
  expect(watch.of(run)).toBe('alive');
});

test('that the last one is gone remains to be said until it is said', () => {
  const { watch, pass } = watching();
  const run = sampleRun('a', START, { state: 'fuzzing', updatedAt: START });
  watch.look([run]);
  expect(watch.of(run)).toBe('alive');
  pass(100 * BEAT_MS);
  expect(watch.isAnyAlive).toBe(true);
  for (let looks = 0; watch.isAnyAlive; looks += 1) {
    watch.look([run]);
    watch.of(run);
    pass(BEAT_MS);
    expect(looks).toBeLessThan(10);
  }
  expect(watch.of(run)).toBe('gone');
});
