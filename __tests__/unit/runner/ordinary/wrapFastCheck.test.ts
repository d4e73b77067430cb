import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { OrdinaryFile } from '../../../../runner/ordinary/ordinaryFile';
import { wrapFastCheck, type FastCheckModule } from '../../../../runner/ordinary/wrapFastCheck';

// The parts of the module that are used have these types, with properties as `unknown`.
const actual = fc as unknown as FastCheckModule;

/** The wrapped module, and what the handler of the test file was asked to do. */
function wrapped(hasSaved = false, module = actual): { fastCheck: FastCheckModule; calls: string[] } {
  const calls: string[] = [];
  const file = {
    check: ({ fastCheck, property, parameters }) => {
      calls.push('check');
      return fastCheck.check(property, parameters);
    },
    onFailure: (_call, details) => {
      calls.push('onFailure');
      return details;
    },
  } satisfies Partial<OrdinaryFile>;
  const fastCheck = wrapFastCheck(module, {
    hasSaved: () => hasSaved,
    // Only these two methods are called.
    file: () => file as unknown as OrdinaryFile,
    onThrow: (_details, _error, isNative) => void calls.push(`onThrow ${isNative}`),
  });
  return { fastCheck, calls };
}

const passes = fc.property(fc.nat(), () => true);
const fails = fc.property(fc.nat(), () => {
  throw new TypeError('too large');
});

describe('without saved failures', () => {
  test('a property that passes asks for nothing', () => {
    const { fastCheck, calls } = wrapped();
    expect(fastCheck.assert(passes)).toBeUndefined();
    expect(fastCheck.check(passes)).toMatchObject({ failed: false });
    expect(calls).toEqual([]);
  });

  test('a failure is handled, and assert throws as fast-check does', () => {
    const { fastCheck, calls } = wrapped();
    const errorOf = (module: FastCheckModule): Error => {
      try {
        module.assert(fails, { seed: 1 });
      } catch (error) {
        return error as Error;
      }
      throw new Error('It did not throw.');
    };
    const [ours, own] = [errorOf(fastCheck), errorOf(actual)];
    expect([ours.message, ours.cause]).toEqual([own.message, own.cause]);
    expect(ours.stack!.split('\n').find((line) => /^\s+at /.test(line))).toContain(path(__filename));
    expect(calls).toEqual(['onFailure', 'onThrow true']);
  });

  test('check returns the details of a failure and throws nothing', () => {
    const { fastCheck, calls } = wrapped();
    expect(fastCheck.check(fails)).toMatchObject({ failed: true });
    expect(calls).toEqual(['onFailure']);
  });

  test('a path of ours is handled, one of fast-check is not', () => {
    const { fastCheck, calls } = wrapped();
    fastCheck.check(passes, { seed: 1, path: '0' });
    expect(calls).toEqual([]);
    expect(() => fastCheck.check(passes, { path: 'fz1-x' })).toThrow();
    expect(calls).toEqual(['check']);
  });
});

test('with saved failures each check is handled', () => {
  const { fastCheck, calls } = wrapped(true);
  fastCheck.assert(passes);
  expect(calls).toEqual(['check']);
});

test('the user’s reporter is called in place of an error', () => {
  const { fastCheck, calls } = wrapped();
  const seen: boolean[] = [];
  fastCheck.assert(fails, { reporter: ({ failed }: { failed: boolean }) => void seen.push(failed) });
  expect([seen, calls]).toEqual([[true], ['onFailure']]);
  const throws = (): never => {
    throw new Error('reported');
  };
  expect(() => fastCheck.assert(fails, { reporter: throws })).toThrow('reported');
  expect(calls.at(-1)).toBe('onThrow false');
});

test('an asynchronous property and reporter are waited for', async () => {
  const { fastCheck, calls } = wrapped();
  const rejects = fc.asyncProperty(fc.nat(), async () => Promise.reject(new Error('late')));
  await expect(fastCheck.assert(rejects)).rejects.toThrow('Property failed');
  expect(calls).toEqual(['onFailure', 'onThrow true']);
  const asyncReporter = async (): Promise<never> => Promise.reject(new Error('reported'));
  await expect(fastCheck.assert(rejects, { asyncReporter })).rejects.toThrow('reported');
  expect(calls.at(-1)).toBe('onThrow false');
});

test('the default export is wrapped too, and everything else stays', () => {
  const { fastCheck, calls } = wrapped(true, { ...actual, default: actual });
  fastCheck.default!.assert(passes);
  expect(calls).toEqual(['check']);
  expect(fastCheck.default!.stringify([1])).toBe('[1]');
});

function path(file: string): string {
  return file.slice(file.lastIndexOf('__tests__'));
}
