import * as path from 'node:path';

/** What is told of one failure. */
export interface FailureReport {
  readonly error: unknown;
  /** The arguments as fast-check prints them. */
  readonly input: string;
  /** What `path` replays this input with. */
  readonly path: string;
  readonly seed: number;
  /** Runs until it was found. */
  readonly runs: number;
  readonly shrinks: number;
  /** A shell command that runs this input only. */
  readonly command: string;
  /** Where it comes from, that it is flaky, and the like: one line each. */
  readonly notes: readonly string[];
  /** What fast-check adds when it is verbose; `''` if nothing. */
  readonly details: string;
}

/**
 * An error for Jest to show: the report in fast-check's words, what was thrown, and the place where the user's own
 * code threw it, so that Jest draws its code frame there. `around` is a stack for errors that have no place.
 */
export function reportError(report: FailureReport, place: number, count: number, around: string): Error {
  const message = [...heading(place, count), ...body(report), '', thrown(report.error)].join('\n');
  const { cause, errors } = nested(report.error);
  const error = new Error(message, cause === undefined ? undefined : { cause });
  if (errors !== undefined) Object.assign(error, { errors });
  const own = userFrames(framesOf(report.error));
  const frames = own.length > 0 ? own : userFrames(frameLines(around));
  error.stack = [`Error: ${message}`, ...frames].join('\n');
  return error;
}

/** All failures as text, for where Jest cannot be given an error for each. */
export function reportText(reports: readonly FailureReport[]): string {
  return reports
    .map((report, index) =>
      [
        ...heading(index + 1, reports.length),
        ...body(report),
        '',
        thrown(report.error),
        ...userFrames(framesOf(report.error)),
      ].join('\n'),
    )
    .join('\n\n');
}

function heading(place: number, count: number): string[] {
  if (count === 1) return [];
  const which = place === count ? `number ${place}, the simplest` : `number ${place}; the simplest comes last`;
  return [`${count} distinct failures of this property. This is ${which}.`, ''];
}

function body({ input, path: at, seed, runs, shrinks, command, notes, details }: FailureReport): string[] {
  return [
    `Property failed after ${runs} tests`,
    `{ seed: ${seed}, path: ${JSON.stringify(at)}, endOnFailure: true }`,
    `Counterexample: ${input}`,
    `Shrunk ${shrinks} time(s)`,
    ...notes,
    ...(command === '' ? [] : [`Replay only this input: ${command}`]),
    ...(details === '' ? [] : ['', details]),
  ];
}

/** What was thrown, as the first lines of a stack have it. */
function thrown(error: unknown): string {
  if (typeof error !== 'object' || error === null) return `thrown: ${String(error)}`;
  const name = read(error, 'name');
  const message = read(error, 'message');
  const text = typeof message === 'string' ? message : '';
  if (typeof name !== 'string' || name === '' || name === 'Error') return text === '' ? 'Error' : text;
  return text === '' ? name : `${name}: ${text}`;
}

function nested(error: unknown): { cause?: unknown; errors?: unknown } {
  if (typeof error !== 'object' || error === null) return {};
  const errors = read(error, 'errors');
  return { cause: read(error, 'cause'), errors: Array.isArray(errors) ? errors : undefined };
}

function framesOf(error: unknown): string[] {
  if (typeof error !== 'object' || error === null) return [];
  const stack = read(error, 'stack');
  if (typeof stack !== 'string') return [];
  const message = read(error, 'message');
  const found = typeof message === 'string' && message !== '' ? stack.indexOf(message) : -1;
  // The message may have lines that look like frames.
  return frameLines(found < 0 ? stack : stack.slice(found + String(message).length));
}

function frameLines(stack: string): string[] {
  return stack.split('\n').filter((line) => /^\s*at /.test(line));
}

const OUR_FOLDER = path.join(__dirname, '..') + path.sep;
const TOOLS = /[\\/]node_modules[\\/](?:@fast-check[\\/]|fast-check[^\\/]*[\\/]|fuzz-runner[\\/])/;

/** Without the frames of fast-check and our own. Those that are left must hold one of the user's own files. */
function userFrames(frames: readonly string[]): string[] {
  const kept: string[] = [];
  let isTools = false;
  for (const frame of frames) {
    // A frame without a file (`next (<anonymous>)`) belongs to what it was called from.
    if (!isTools || !frame.includes('<anonymous>)')) isTools = TOOLS.test(frame) || frame.includes(OUR_FOLDER);
    if (!isTools) kept.push(frame);
  }
  return kept.some((frame) => frame.includes(path.sep) && !/[\\/]node_modules[\\/]|\(node:/.test(frame)) ? kept : [];
}

function read(target: object, field: string): unknown {
  try {
    return (target as Record<string, unknown>)[field];
  } catch {
    return undefined;
  }
}
