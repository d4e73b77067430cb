import { inspect } from 'node:util';
import { userFrames } from './userFrames';

/** What an ordinary run prints of one failure. */
export interface FailureReport {
  /** What was thrown. */
  readonly error: unknown;
  /** The arguments as fast-check prints them. */
  readonly input: string;
  /** Value for the parameter `path` of `fc.assert`: with it, only this input runs. */
  readonly path: string;
  readonly seed: number;
  /** Runs of the property until the failure was found. */
  readonly runs: number;
  readonly shrinks: number;
  /** A shell command that runs this input only. */
  readonly command: string;
  /** One line each: for example where the input comes from, or that the failure is flaky. */
  readonly notes: readonly string[];
  /** The list that fast-check adds with its parameter `verbose`; `''` when there is none. */
  readonly details: string;
}

/**
 * An error for Jest to show. Its message is the report in fast-check's words, and then what was thrown. Its stack begins
 * where the user's own code threw, so that Jest draws its code frame there. When the thrown value has no frame in the
 * user's code, the error gets the frames of the stack `around`. The failure is number `place`, from 1, of `count`.
 */
export function errorForJest(report: FailureReport, place: number, count: number, around: string): Error {
  const message = [...heading(place, count), ...body(report), '', thrown(report.error)].join('\n');
  const error = new Error(message);
  const own = userFrames(framesOf(report.error));
  const frames = own.length > 0 ? own : userFrames(around);
  error.stack = [`Error: ${message}`, ...frames].join('\n');
  return withNested(error, report.error, 0);
}

/** At most this many failures of a property are shown: the simplest ones, which are the easiest to understand. */
const MAX_SHOWN = 16;

/** One error for each failure, the simplest last; see `errorForJest`. */
export function errorsForJest(reports: readonly FailureReport[], around: string): Error[] {
  const hidden = Math.max(0, reports.length - MAX_SHOWN);
  return reports.slice(hidden).map((report, index) => {
    const isFirst = hidden > 0 && index === 0;
    const notes = isFirst ? [`(${hidden} failures before this one are not shown.)`, ...report.notes] : report.notes;
    return errorForJest({ ...report, notes }, hidden + index + 1, reports.length, around);
  });
}

/** All failures as one text, for test runners that cannot be given one error for each. */
export function reportsAsText(reports: readonly FailureReport[]): string {
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

/** Name and message of an error, as its stack begins; any other thrown value as Node prints it. */
function thrown(error: unknown): string {
  const message = isObject(error) ? read(error, 'message') : undefined;
  const name = isObject(error) ? read(error, 'name') : undefined;
  if (typeof message !== 'string' && typeof name !== 'string') return `thrown: ${inspect(error, { depth: 3 })}`;
  const text = typeof message === 'string' ? message : '';
  if (typeof name !== 'string' || name === '' || name === 'Error') return text === '' ? 'Error' : text;
  return text === '' ? name : `${name}: ${text}`;
}

/** Copies the cause and the members (of an AggregateError) of `of` to `error`, with frames of the user's code only. */
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

/** The part of an error's stack that follows its message. */
function framesOf(error: unknown): string {
  if (!isObject(error)) return '';
  const stack = read(error, 'stack');
  if (typeof stack !== 'string') return '';
  const message = read(error, 'message');
  const found = typeof message === 'string' && message !== '' ? stack.indexOf(message) : -1;
  // Lines of the message may look like frames.
  return found < 0 ? stack : stack.slice(found + String(message).length);
}

/** A cause may have a cause; causes below this depth are left out. */
const MAX_DEPTH = 5;

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
