import { expect, test } from '@jest/globals';
import { OrdinaryTargets, stackAround, type TargetCall } from '../../../../runner/ordinary/ordinaryTarget';

const targets = new OrdinaryTargets('a.test.js');

test('the calls of a test are counted from 0', () => {
  const [first, second] = [targets.next()!, targets.next()!];
  expect(first).toMatchObject({
    id: 'a.test.js :: the calls of a test are counted from 0 :: 0',
    name: 'the calls of a test are counted from 0',
    ordinal: 0,
  });
  expect(second.ordinal).toBe(1);
  expect(first.test!.name).toBe('the calls of a test are counted from 0');
});

test('the next test begins anew (with seed=5)', () => {
  expect(targets.next()).toMatchObject({ ordinal: 0, name: 'the next test begins anew' });
});

test('a stack without a frame of the user is that of the definition of the test', () => {
  // This file is in the folder of the package, so its frames count as ours.
  const target = {
    ...targets.next()!,
    test: { name: '', errors: [], invocations: 1, asyncError: { stack: 'defined' } },
  };
  expect(stackAround({ target } as unknown as TargetCall)).toBe('defined');
});
