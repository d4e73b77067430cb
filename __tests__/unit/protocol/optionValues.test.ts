import { expect, test } from '@jest/globals';
import { parseDuration } from '../../../src/protocol/optionValues';

test.each([
  ['60s', 60],
  ['5m', 300],
  ['2h', 7200],
  ['1.5', 1.5],
  ['500ms', 0.5],
  ['0s', undefined],
  ['-1s', undefined],
  ['', undefined],
  ['10 parsecs', undefined],
])('parseDuration(%j)', (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});
