import { expect, test } from '@jest/globals';
import { userFrames } from '../../../../../runner/ordinary/print/userFrames';

test('a frame without a file goes with the frame above it', () => {
  const stack = [
    'Error: x',
    '    at Array.map (<anonymous>)',
    '    at f (/project/a.js:1:1)',
    '    at check (/project/node_modules/fast-check/lib/a.js:1:1)',
    '    at attempt.next (<anonymous>)',
    '    at /project/a.test.js:2:1',
  ];
  expect(userFrames(stack.join('\n'))).toEqual([stack[1], stack[2], stack[5]]);
});

test('Jest, expect and other tools of a test leave no frame', () => {
  const tools = ['jest-circus/build/run.js', 'expect/build/index.js', '@jest/core/a.js', '@fast-check/jest/b.js'];
  const frames = tools.map((file) => `    at f (/project/node_modules/${file}:1:1)`);
  const own = '    at parse (/project/src/parse.js:3:5)';
  expect(userFrames(['Error', own, ...frames].join('\n'))).toEqual([own]);
});

test('frames of a package stay between those of the user, and are nothing without them', () => {
  const other = '    at parse (/project/node_modules/other/index.js:1:1)';
  const own = '    at /project/a.test.js:2:1';
  expect(userFrames(`Error\n${other}\n${own}`)).toEqual([other, own]);
  expect(userFrames(`Error\n${other}\n    at runNextTicks (node:internal/timers:1:1)`)).toEqual([]);
});
