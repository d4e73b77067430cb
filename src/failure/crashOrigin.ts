import type { Origin } from '../protocol/origin';
import { isLibraryFile, isUserFile, relativeTo } from './origin';
import { parseStack, type StackFrame } from './stackFrames';

/**
 * What tells an input that never came back (or took its thread with it) apart from others: its kind, and the innermost
 * function that was on the stack in every sample. A loop calls many functions, but itself stays on the stack. Libraries
 * count here: the loop is theirs to fix. The line is for people; it is another one in each sample.
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
    // From where the samples are at different lines on, what is called is called from a loop.
    if (same.some((other) => other!.line !== frame.line || other!.column !== frame.column)) break;
  }
  return found;
}

function isBefore(a: StackFrame, b: StackFrame): boolean {
  return a.line < b.line || (a.line === b.line && a.column < b.column);
}
