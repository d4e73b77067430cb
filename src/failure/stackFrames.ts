/** One call of a stack. */
export interface StackFrame {
  /** Absolute path with forward slashes, or another name such as `node:fs`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Null when V8 gives no name, or only a placeholder (`Object.<anonymous>`). */
  readonly functionName: string | null;
  /** Whether the caller awaits the call and is not on the stack itself. */
  readonly isAsync: boolean;
}

/**
 * The frames of a stack as V8 writes it, the innermost first. Lines without a place in a file are left out:
 * `Array.map (<anonymous>)`, `async Promise.all (index 0)`. Code from `eval` has the place of the call of `eval`.
 * `message` is the message of the error: it comes first in the text, and may itself look like frames.
 */
export function parseStack(stack: string, message = ''): StackFrame[] {
  const found = message === '' ? -1 : stack.indexOf(message);
  // If the message was changed later, it is not in the first line of the stack, but it may be found elsewhere by
  // chance.
  const isHeader = found !== -1 && !stack.slice(0, found).includes('\n');
  const text = isHeader ? stack.slice(found + message.length) : stack;
  const frames: StackFrame[] = [];
  for (const line of text.split('\n')) {
    const call = /^\s*at (.*)$/.exec(line)?.[1];
    const frame = call === undefined ? null : parseCall(call.trim());
    if (frame !== null) frames.push(frame);
  }
  return frames;
}

function parseCall(call: string): StackFrame | null {
  const isAsync = call.startsWith('async ');
  const text = isAsync ? call.slice('async '.length) : call;
  // `name (place)`, where name and place may contain parentheses; or the place alone.
  const open = text.endsWith(')') ? text.search(/(?:^|\s)\((?!anonymous\))/) : -1;
  const name = open === -1 ? '' : text.slice(0, open);
  const inParentheses = open === -1 ? text : text.slice(text.indexOf('(', open) + 1, -1);
  const place = parsePlace(inParentheses);
  return place === null ? null : { ...place, functionName: cleanName(name), isAsync };
}

function parsePlace(text: string): Pick<StackFrame, 'file' | 'line' | 'column'> | null {
  if (text.startsWith('eval at ')) {
    // `eval at f (/a.js:1:2), <anonymous>:3:4`, and evals in evals: the innermost parentheses hold a file.
    const outer = /\(([^()]+:\d+:\d+)\)/.exec(text)?.[1];
    return outer === undefined ? null : parsePlace(outer);
  }
  const match = /^(.+):(\d+):(\d+)$/.exec(text);
  const file = match?.[1];
  if (match === null || file === undefined || file === '<anonymous>' || file === 'native') return null;
  return { file: toPath(file), line: Number(match[2]), column: Number(match[3]) };
}

function toPath(file: string): string {
  if (file.startsWith('file://')) {
    const path = file.slice('file://'.length).replace(/[?#].*$/, '');
    try {
      return decodeURIComponent(path).replace(/^\/([A-Za-z]:)/, '$1');
    } catch {
      return path;
    }
  }
  return file.replaceAll('\\', '/');
}

function cleanName(name: string): string | null {
  const cleaned = name
    .replace(/^new /, '')
    .replace(/ \[as .*\]$/, '')
    .trim();
  return cleaned === '' || cleaned.endsWith('<anonymous>') ? null : cleaned;
}
