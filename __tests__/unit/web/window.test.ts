import { expect, test } from '@jest/globals';
import { safeCommand } from '../../../web/logic/clipboard';
import { visibleRows } from '../../../web/logic/window';

test.each<[string, [number, number, number, number], [number, number]]>([
  ['at the start', [2000, 34, 300, 1000], [0, 33]],
  ['scrolled into it', [2000, 34, -34_000, 1000], [988, 1042]],
  ['at the end', [2000, 34, -67_000, 1000], [1958, 2000]],
  ['still below the view', [2000, 34, 5000, 1000], [0, 0]],
  ['far above the view', [2000, 34, -500_000, 1000], [2000, 2000]],
  ['few rows', [3, 34, 300, 1000], [0, 3]],
  ['no rows', [0, 34, 300, 1000], [0, 0]],
])('visibleRows %s', (_title, args, [start, end]) => {
  expect(visibleRows(...args)).toEqual({ start, end });
});

test.each([
  ["npx jest a.test.ts -t 'é 😀'", "npx jest a.test.ts -t 'é 😀'"],
  ["npx jest -t 'a\nrm -rf ~\n'", "npx jest -t 'a rm -rf ~ '"],
  ['a\u001B[2Jb\u202Ec\u2028d\u0000e', 'a [2Jb c d e'],
])('safeCommand %j', (command, expected) => expect(safeCommand(command)).toBe(expected));
