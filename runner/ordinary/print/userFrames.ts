import * as path from 'node:path';

/**
 * The frames of a stack without those of fast-check, of Jest and of this package. None when no frame is in a file of
 * the user's own: a place in another package or in Node does not help to find the failure.
 */
export function userFrames(stack: string): string[] {
  const kept: string[] = [];
  let isTools = false;
  for (const frame of stack.split('\n')) {
    if (!/^\s*at /.test(frame)) continue;
    // A frame without a file (`next (<anonymous>)`) belongs to the frame above it.
    if (!isTools || !frame.includes('<anonymous>)')) isTools = TOOLS.test(frame) || frame.includes(OUR_FOLDER);
    if (!isTools) kept.push(frame);
  }
  return kept.some((frame) => frame.includes(path.sep) && !/[\\/]node_modules[\\/]|\(node:/.test(frame)) ? kept : [];
}

const OUR_FOLDER = path.join(__dirname, '..', '..', '..') + path.sep;
const TOOLS =
  /[\\/]node_modules[\\/](?:(?:@fast-check|@jest|expect|fuzz-runner)[\\/]|(?:fast-check|jest-)[^\\/]*[\\/])/;
