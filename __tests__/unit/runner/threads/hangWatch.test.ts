import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { FlightRecorder } from '../../../../runner/channel/flightRecorder';
import { watchForSilence } from '../../../../runner/threads/hangWatch';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const CHOICES = { values: [1], forks: [], biased: false };
const SILENCE_MS = 60_000;

/** Watches a recorder, and notes the events with the seconds at which they came. */
function watched(): { recorder: FlightRecorder; events: string[]; end: () => void } {
  const recorder = new FlightRecorder();
  const events: string[] = [];
  const start = performance.now();
  const note = (what: string): void => void events.push(`${what} ${((performance.now() - start) / 1000).toFixed(1)}`);
  const end = watchForSilence(recorder, SILENCE_MS, {
    onSlow: () => {},
    onTooLong: (limitMs) => note(`too long (${limitMs})`),
    onTooMuchMemory: () => note('memory'),
    onEarly: () => note('early'),
  });
  return { recorder, events, end };
}

test('an input that runs for its limit is too long, and is reported early once', () => {
  const { recorder, events } = watched();
  recorder.enter('target', 2000);
  recorder.begin(CHOICES);
  // The first check sees the beginning of the input: the limit counts from there.
  jest.advanceTimersByTime(10_000);
  expect(events).toEqual(['early 0.8', 'too long (2000) 2.2']);
});

test('inputs that begin, each within its limit, are never too long', () => {
  const { recorder, events } = watched();
  recorder.enter('target', 500);
  for (let count = 0; count < 100; count += 1) {
    recorder.begin(CHOICES);
    jest.advanceTimersByTime(450);
  }
  expect(events).toEqual([]);
});

test('outside of inputs, the limit is that of the call', () => {
  const { events } = watched();
  jest.advanceTimersByTime(SILENCE_MS * 2);
  expect(events).toEqual([`too long (${SILENCE_MS}) 60.0`]);
});

test('an input that ends does not count', () => {
  const { recorder, events } = watched();
  recorder.enter('target', 1000);
  recorder.begin(CHOICES);
  recorder.end();
  jest.advanceTimersByTime(20_000);
  expect(events).toEqual([]);
});

test('nothing is reported after the end of the watch', () => {
  const { recorder, events, end } = watched();
  recorder.enter('target', 1000);
  recorder.begin(CHOICES);
  end();
  jest.advanceTimersByTime(20_000);
  expect(events).toEqual([]);
});
