import { describe, expect, test } from '@jest/globals';
import { parseStack, type StackFrame } from '../../../src/failure/stackFrames';

/** `file:line:column name`, with `async` in front. */
function show({ file, line, column, functionName, isAsync }: StackFrame): string {
  return `${isAsync ? 'async ' : ''}${file}:${line}:${column} ${functionName ?? '-'}`;
}

describe('a line of a stack', () => {
  test.each([
    ['at f (/a/b.js:10:5)', '/a/b.js:10:5 f'],
    ['at /a/b.js:10:5', '/a/b.js:10:5 -'],
    ['at  (/a/b.js:10:5)', '/a/b.js:10:5 -'],
    ['at new Foo (/a/b.js:10:5)', '/a/b.js:10:5 Foo'],
    ['at Foo.bar [as baz] (/a/b.js:10:5)', '/a/b.js:10:5 Foo.bar'],
    ['at Object.<anonymous> (/a/b.js:10:5)', '/a/b.js:10:5 -'],
    ['at async f (/a/b.js:10:5)', 'async /a/b.js:10:5 f'],
    ['at async /a/b.js:10:5', 'async /a/b.js:10:5 -'],
    ['at f (file:///a/b%20c.mjs?x=1:10:5)', '/a/b c.mjs:10:5 f'],
    ['at f (/a (copy)/b.js:10:5)', '/a (copy)/b.js:10:5 f'],
    ['at f (C:\\a\\b.js:10:5)', 'C:/a/b.js:10:5 f'],
    ['at f (file:///C:/a/b.js:10:5)', 'C:/a/b.js:10:5 f'],
    ['at node:internal/process/task_queues:95:5', 'node:internal/process/task_queues:95:5 -'],
    ['at eval (eval at run (/a/b.js:3:4), <anonymous>:1:1)', '/a/b.js:3:4 eval'],
    ['at eval (eval at eval (eval at run (/a/b.js:3:4), <anonymous>:1:1), <anonymous>:1:1)', '/a/b.js:3:4 eval'],
  ])('%s', (line, expected) => {
    expect(parseStack(`Error: x\n    ${line}`).map(show)).toEqual([expected]);
  });

  test.each(['at Array.map (<anonymous>)', 'at async Promise.all (index 0)', 'at f (native)', 'at <anonymous>'])(
    '%s has no place',
    (line) => {
      expect(parseStack(`Error: x\n    ${line}`)).toEqual([]);
    },
  );

  test('in the message is not a frame', () => {
    const message = 'two\n    at fake (/no/where.js:1:1)';
    const error = new Error(message);
    expect(parseStack(error.stack!, message)[0]!.file).toMatch(/stackFrames\.test\.ts$/);
  });
});
