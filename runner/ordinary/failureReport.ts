import * as path from 'node:path';
import { inspect } from 'node:util';

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
  const error = new Error(message);
  const own = userFrames(framesOf(report.error));
  const frames = own.length > 0 ? own : userFrames(around);
  error.stack = [`Error: ${message}`, ...frames].join('\n');
  return withNested(error, report.error, 0);
}

/** Most failures of a property that are shown; nobody reads more, and the simplest ones tell most. */
const MAX_SHOWN = 16;

/** An error for each failure, the simplest last. */
export function reportErrors(reports: readonly FailureReport[], around: string): Error[] {
  const hidden = Math.max(0, reports.length - MAX_SHOWN);
  return reports.slice(hidden).map((report, index) => {
    const isFirst = hidden > 0 && index === 0;
    const notes = isFirst ? [`(${hidden} before this one are not shown.)`, ...report.notes] : report.notes;
    return reportError({ ...report, notes }, hidden + index + 1, reports.length, around);
  });
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
  const message = isObject(error) ? read(error, 'message') : undefined;
  const name = isObject(error) ? read(error, 'name') : undefined;
  if (typeof message !== 'string' && typeof name !== 'string') return `thrown: ${inspect(error, { depth: 3 })}`;
  const text = typeof message === 'string' ? message : '';
  if (typeof name !== 'string' || name === '' || name === 'Error') return text === '' ? 'Error' : text;
  return text === '' ? name : `${name}: ${text}`;
}

/** Gives an error the cause and the members of another, these without frames that are not the user's. */
function withNested(error: Error, of: unknown, depth: number): Error {
  if (!isObject(of) || depth > MAX_DEPTH) return error;
  const cause = read(of, 'cause');
  const members = read(of, 'errors');
  if (cause !== undefined) Object.assign(error, { cause: cleaned(cause, depth) });
  if (Array.isArray(members)) Object.assign(error, { errors: members.map((member) => cleaned(member, depth)) });
  return error;
}

function cleaned(error: unknown, depth: number): unknown {
  if (!isObject(error) || typeof read(error, 'stack') !== 'string') return error;
  const text = thrown(error);
  const copy = new Error(text);
  copy.stack = [text, ...userFrames(framesOf(error))].join('\n');
  return withNested(copy, error, depth + 1);
}

/** The frames in the stack of an error. */
function framesOf(error: unknown): string {
  if (!isObject(error)) return '';
  const stack = read(error, 'stack');
  if (typeof stack !== 'string') return '';
  const message = read(error, 'message');
  const found = typeof message === 'string' && message !== '' ? stack.indexOf(message) : -1;
  // The message may have lines that look like frames.
  return found < 0 ? stack : stack.slice(found + String(message).length);
}

/** Causes of causes, beyond which none is shown. */
const MAX_DEPTH = 5;

const OUR_FOLDER = path.join(__dirname, '..', '..') + path.sep;
const TOOLS =
  /[\\/]node_modules[\\/](?:(?:@fast-check|@jest|expect|fuzz-runner)[\\/]|(?:fast-check|jest-)[^\\/]*[\\/])/;

/** The frames of a stack but those of fast-check, Jest and our own; none when none is in a file of the user's own. */
export function userFrames(stack: string): string[] {
  const kept: string[] = [];
  let isTools = false;
  for (const frame of stack.split('\n')) {
    if (!/^\s*at /.test(frame)) continue;
    // A frame without a file (`next (<anonymous>)`) belongs to what it was called from.
    if (!isTools || !frame.includes('<anonymous>)')) isTools = TOOLS.test(frame) || frame.includes(OUR_FOLDER);
    if (!isTools) kept.push(frame);
  }
  return kept.some((frame) => frame.includes(path.sep) && !/[\\/]node_modules[\\/]|\(node:/.test(frame)) ? kept : [];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function read(target: object, field: string): unknown {
  try {
    return (target as Record<string, unknown>)[field];
  } catch {
    return undefined;
  }
}
