import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { MAX_TIMER_MS, startTimer } from '../../../../runner/fastCheck/timerLimit';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test('calls back once, after its time', () => {
  const callback = jest.fn();
  startTimer(callback, 50);
  jest.advanceTimersByTime(49);
  expect(callback).not.toHaveBeenCalled();
  jest.advanceTimersByTime(1000);
  expect(callback).toHaveBeenCalledTimes(1);
});

test('a longer wait than a timer can have is the longest one', () => {
  const callback = jest.fn();
  startTimer(callback, Infinity);
  jest.advanceTimersByTime(MAX_TIMER_MS - 1);
  expect(callback).not.toHaveBeenCalled();
  jest.advanceTimersByTime(1);
  expect(callback).toHaveBeenCalledTimes(1);
});

test('a canceled one never calls back', () => {
  const callback = jest.fn();
  startTimer(callback, 50)();
  jest.advanceTimersByTime(100);
  expect(callback).not.toHaveBeenCalled();
});
