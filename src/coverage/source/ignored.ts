import type { AnyNode, CallExpression } from 'acorn';

/**
 * In a comment before a function: do not instrument it, because the code turns it into text and runs it elsewhere. With
 * the word `file` after it, anywhere in the file: do not instrument the file.
 */
const IGNORE = 'fuzz-runner ignore';

/** True if the author asked that nothing in this file be instrumented. */
export function isIgnoredFile(code: string): boolean {
  return code.includes(`${IGNORE} file`);
}

/** Returns a test for functions of this code: true if a comment `fuzz-runner ignore` stands right before one. */
export function ignoreComments(code: string): (node: AnyNode) => boolean {
  // The code is searched once for any such comment: almost no file has one.
  if (!code.includes(IGNORE)) return () => false;
  return (node) => COMMENT.test(code.slice(Math.max(0, node.start - MAX_COMMENT), node.start));
}

/** A line comment, or a block comment, with nothing but white space after it. */
const COMMENT =
  /\/(?:\/[ \t]*fuzz-runner ignore(?! file)[^\n]*\n|\*\s*fuzz-runner ignore(?! file)(?:(?!\*\/)[^])*\*\/)\s*$/;
const MAX_COMMENT = 200;

/** Methods of browser drivers whose functions run in a page, where the counters are not. */
const SENDS_FUNCTIONS = new Set([
  '$$eval',
  '$eval',
  'addInitScript',
  'evaluate',
  'evaluateAll',
  'evaluateHandle',
  'evaluateOnNewDocument',
  'executeScript',
  'waitForFunction',
]);

/** True for a function written in the call of a method that runs it elsewhere. */
export function isSentElsewhere(call: CallExpression, argument: AnyNode): boolean {
  if (argument.type !== 'ArrowFunctionExpression' && argument.type !== 'FunctionExpression') return false;
  const { callee } = call;
  return (
    callee.type === 'MemberExpression' &&
    callee.property.type === 'Identifier' &&
    SENDS_FUNCTIONS.has(callee.property.name)
  );
}
