import { expect, test } from '@jest/globals';
import { asSerializableError } from '../../../../runner/jest/serializableError';

test.each<[string, unknown, { message: string; stack: string }]>([
  [
    'an error',
    Object.assign(new Error('a'), { stack: 'Error: a\n    at b' }),
    { message: 'a', stack: 'Error: a\n    at b' },
  ],
  ['an object with a message', { message: 'a' }, { message: 'a', stack: 'a' }],
  [
    'an object whose message is no text',
    { message: 1, stack: 2 },
    { message: '[object Object]', stack: '[object Object]' },
  ],
  ['a text', 'oops', { message: 'oops', stack: 'oops' }],
  ['undefined', undefined, { message: 'undefined', stack: 'undefined' }],
  ['null', null, { message: 'null', stack: 'null' }],
])('%s that was thrown', (_name, thrown, expected) => {
  expect(asSerializableError(thrown)).toEqual(expected);
});
