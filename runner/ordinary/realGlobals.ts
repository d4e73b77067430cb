import type { StartTimer } from '../../src/property/inputRunner';
import { MAX_TIMER_MS } from '../fastCheck/timerLimit';

/** What tests put something else in the place of, as it was when the setup file was loaded. */
export interface RealGlobals {
  readonly now: () => number;
  readonly setTimeout: (callback: () => void, ms: number) => unknown;
  readonly clearTimeout: (timer: never) => void;
  /** Methods of `console`. */
  readonly console: Readonly<Record<string, unknown>>;
}

/** Whether time passes: with `fakeTimers: { enableGlobally: true }` even a setup file gets fake timers. */
export function isTimeReal({ setTimeout: start }: RealGlobals): boolean {
  return !('clock' in start);
}

/** `startTimer`, with timers that no test has faked. */
export function realTimer({ setTimeout: start, clearTimeout: stop }: RealGlobals): StartTimer {
  return (callback, ms) => {
    const timer = start(callback, Math.min(ms, MAX_TIMER_MS));
    return () => stop(timer as never);
  };
}

/**
 * Silences the console until the returned function is called: a property that prints would print thousands of times
 * while it is searched. What the test has replaced itself is left alone, as the property may ask it for its calls.
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
