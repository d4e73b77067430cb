import { expect, jest, test } from '@jest/globals';
import { isTimeReal, muteConsole, realTimer, type RealGlobals } from '../../../../runner/ordinary/realGlobals';

function real(methods: Record<string, unknown> = {}): RealGlobals {
  return { now: Date.now, setTimeout, clearTimeout, console: methods };
}

test('the console is silent until it is told otherwise, but for what the test has replaced', () => {
  const printed: string[] = [];
  const methods = {
    log: (text: string) => printed.push(`log ${text}`),
    warn: (text: string) => printed.push(`warn ${text}`),
  };
  const target: Record<string, unknown> & typeof methods = { ...methods };
  const things = real({ ...methods });
  target.warn = (text) => printed.push(`spy ${text}`);
  const unmute = muteConsole(things, target);
  target.log('lost');
  target.warn('kept');
  unmute();
  target.log('back');
  target.warn('still');
  expect(printed).toEqual(['spy kept', 'log back', 'spy still']);
});

test('what is replaced while it is silent stays', () => {
  const target: Record<string, unknown> = { log: () => 'real' };
  const unmute = muteConsole(real({ ...target }), target);
  const spy = (): string => 'spy';
  target['log'] = spy;
  unmute();
  expect(target['log']).toBe(spy);
});

test('timers stay real when a test fakes them, and fakes are known', async () => {
  const things = real();
  expect(isTimeReal(things)).toBe(true);
  jest.useFakeTimers();
  try {
    expect(isTimeReal(real())).toBe(false);
    await new Promise<void>((resolve) => {
      realTimer(things)(resolve, 1);
    });
    let isCalled = false;
    const stop = realTimer(things)(() => (isCalled = true), 1);
    stop();
    await new Promise<void>((resolve) => {
      realTimer(things)(resolve, 10);
    });
    expect(isCalled).toBe(false);
  } finally {
    jest.useRealTimers();
  }
});
