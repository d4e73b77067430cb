import type { Origin } from '../protocol/origin';
import { isLibraryFile, isUserFile, relativeTo } from './origin';
import { parseStack, type StackFrame } from './stackFrames';

/**
 * The origin of an input that hangs or ends its thread: the kind, and the innermost function that was on the stack in
 * every sample. A function with an endless loop calls many others, but stays on the stack itself. Functions of
 * libraries count here, because the loop may be in one. The line is only shown: it differs from sample to sample, so it
 * is not part of the key.
 */
export function crashOrigin(kind: string, stacks: readonly string[], rootDir: string): Origin {
  const sampled = stacks.map((stack) =>
    parseStack(stack)
      .filter(({ file }) => isUserFile(file) || isLibraryFile(file))
      .reverse(),
  );
  const [first, ...others] = sampled.filter((frames) => frames.length > 0);
  const frame = first === undefined ? undefined : innermostOfAll(first, others);
  if (frame === undefined) return { key: kind, errorClass: kind, place: null };
  const { line, column, functionName } = frame;
  const file = relativeTo(rootDir, frame.file);
  const key = `${kind} in ${file}${functionName === null ? '' : ` ${functionName}`}`;
  return { key, errorClass: kind, place: { file, line, column, functionName } };
}

/** Stacks are outermost first. */
function innermostOfAll(first: readonly StackFrame[], others: readonly (readonly StackFrame[])[]): StackFrame {
  let found = first[0]!;
  for (const [depth, frame] of first.entries()) {
    const same = others.map((frames) => frames[depth]);
    if (!same.every((other) => other?.file === frame.file && other.functionName === frame.functionName)) break;
    found = [frame, ...(same as StackFrame[])].reduce((least, next) => (isBefore(next, least) ? next : least));
    // The samples are at different lines of this function: it contains the loop, and calls everything that follows.
    if (same.some((other) => other!.line !== frame.line || other!.column !== frame.column)) break;
  }
  return found;
}

function isBefore(a: StackFrame, b: StackFrame): boolean {
  return a.line < b.line || (a.line === b.line && a.column < b.column);
}
