import type { AnyNode, CallExpression } from 'acorn';

/** Before a function: leave it as it is, for it is turned into text and run elsewhere. Anywhere with `file`: the file. */
const IGNORE = 'fuzz-runner ignore';

/** True if the author asked that nothing in this file be instrumented. */
export function isIgnoredFile(code: string): boolean {
  return code.includes(`${IGNORE} file`);
}

/** True if a comment `fuzz-runner ignore` stands right before the function. */
export function isIgnored(code: string, node: AnyNode): boolean {
  if (!code.includes(IGNORE)) return false;
  const before = code.slice(Math.max(0, node.start - 200), node.start);
  return /\/[*/] ?fuzz-runner ignore(?! file)[^\n]*?(?:\*\/)?\s*$/.test(before);
}

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
