import type { StartTimer } from '../../src/property/inputRunner';
import { MAX_TIMER_MS } from '../fastCheck/timerLimit';

/** Globals that tests may replace, as they were when the setup file was loaded. */
export interface RealGlobals {
  readonly now: () => number;
  readonly setTimeout: (callback: () => void, ms: number) => unknown;
  readonly clearTimeout: (timer: never) => void;
  /** The methods of `console`. */
  readonly console: Readonly<Record<string, unknown>>;
}

/** Whether the timers are real. With `fakeTimers: { enableGlobally: true }` even a setup file gets fake ones. */
export function isTimeReal({ setTimeout: start }: RealGlobals): boolean {
  return !('clock' in start);
}

/** The `startTimer` of `InputRunner`, with the real timers. */
export function realTimer({ setTimeout: start, clearTimeout: stop }: RealGlobals): StartTimer {
  return (callback, ms) => {
    const timer = start(callback, Math.min(ms, MAX_TIMER_MS));
    return () => stop(timer as never);
  };
}

/**
 * Silences the console until the returned function is called: a property that prints would print thousands of times
 * during a search. A method that the test has replaced stays as it is: the property may ask a spy for its calls.
 */
export function muteConsole({ console: methods }: RealGlobals, target = console as unknown as Console): () => void {
  const muted = Object.keys(methods).filter((name) => {
    return typeof methods[name] === 'function' && target[name] === methods[name];
  });
  const silence = (): void => {};
  for (const name of muted) target[name] = silence;
  return () => {
    for (const name of muted) if (target[name] === silence) target[name] = methods[name];
  };
}

type Console = Record<string, unknown>;
