import type { Origin, Place } from '../protocol/events';
import { parseStack, type StackFrame } from './stackFrames';

export interface OriginOptions {
  /** Absolute path, with forward slashes and none at the end, to which files are made relative. */
  readonly rootDir: string;
  /** Turns the text of a stack into frames, innermost first. Default: `parseStack`. */
  readonly frames?: (stack: string, message: string) => readonly StackFrame[];
  /** The stack of an error; default: its own. Undefined where it is its own. */
  readonly stackOf?: (error: object) => string | undefined;
  /** Whether a file is the user's own. Default: `isUserFile`. */
  readonly isUserFile?: (file: string) => boolean;
}

/**
 * What tells a failure apart from the others of its target: the class of the error, the kind of the assertion, the
 * first place in the user's own code (or, if there is none, in a library), and the same of its causes and members.
 * The message does not count: it mostly contains the input. Errors come from another realm and may be anything, so
 * nothing is asked of them but what `typeof` tells, and getters may throw.
 */
export function originOf(error: unknown, options: OriginOptions): Origin {
  return describe(error, options, new Set());
}

/** Not in a package and not Node's: the file is the user's. */
export function isUserFile(file: string): boolean {
  return (file.startsWith('/') || /^[A-Za-z]:\//.test(file)) && !file.includes('/node_modules/');
}

const RETURNED_FALSE = 'Property failed by returning false';
const TIMED_OUT = /^Property timeout: exceeded limit of \d+ milliseconds$/;
/** The words of Jest, of our sessions and of Node in a thread. */
const PROCESS_EXIT = /^process\.(?:exit called with "|(?:abort|exit)\(\) is not supported in workers)/;
const OVERFLOW = /^Maximum call stack size exceeded/;

/** Causes of causes, and members of an AggregateError, beyond which failures are not told apart. */
const MAX_CAUSES = 8;
const MAX_MEMBERS = 10;

/** Packages that run and check tests: their frames say nothing about the failure. */
const TEST_TOOLS =
  /^(?:fast-check(?:-.*)?|@fast-check\/.*|pure-rand|expect(?:-.*)?|jest(?:-.*)?|@jest\/.*|chai|@sinonjs\/.*|fuzz-runner)$/;

function describe(error: unknown, options: OriginOptions, seen: Set<unknown>): Origin {
  if ((typeof error !== 'object' && typeof error !== 'function') || error === null) {
    const errorClass = `thrown ${error === null ? 'null' : typeof error}`;
    return { key: errorClass, errorClass, place: null };
  }
  seen.add(error);
  const message = readText(error, 'message');
  if (message === RETURNED_FALSE) return { key: 'returned false', errorClass: 'returned false', place: null };
  if (TIMED_OUT.test(message)) return { key: 'timeout', errorClass: 'timeout', place: null };
  const errorClass = PROCESS_EXIT.test(message) ? 'process exit' : classOf(error);
  const place = placeOf(error, message, options);
  const matcher = matcherOf(error, message);
  let key = matcher === null ? errorClass : `${errorClass}[${matcher}]`;
  if (place !== null) key += ` at ${place.file}:${place.line}:${place.column}`;
  const cause = read(error, 'cause');
  if (isErrorLike(cause) && !seen.has(cause) && seen.size <= MAX_CAUSES) {
    key += ` caused by ${describe(cause, options, seen).key}`;
  }
  const members = read(error, 'errors');
  if (Array.isArray(members) && seen.size <= MAX_CAUSES) {
    const keys = members
      .slice(0, MAX_MEMBERS)
      .filter((member) => isErrorLike(member) && !seen.has(member))
      .map((member) => describe(member, options, seen).key);
    if (keys.length > 0) key += ` with (${keys.join('; ')})`;
  }
  return { key, errorClass, place };
}

function placeOf(error: object, message: string, options: OriginOptions): Place | null {
  const stack = options.stackOf?.(error) ?? readText(error, 'stack');
  if (stack === '') return null;
  const frames = (options.frames ?? parseStack)(stack, message);
  const isUsers = options.isUserFile ?? isUserFile;
  const own = frames.filter((frame) => isUsers(frame.file));
  const useful = own.length > 0 ? own : frames.filter((frame) => isLibraryFile(frame.file));
  // Where a recursion overflows is chance; the smallest of its places is not, or hardly.
  const frame = OVERFLOW.test(message) ? [...useful].sort(byPlace)[0] : useful[0];
  if (frame === undefined) return null;
  const { file, line, column, functionName } = frame;
  return { file: relativeTo(options.rootDir, file), line, column, functionName };
}

function byPlace(a: StackFrame, b: StackFrame): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

/** In a package, but not in one that runs or checks tests. */
export function isLibraryFile(file: string): boolean {
  const parts = file.split('/node_modules/');
  if (parts.length < 2) return false;
  const [scope = '', name = ''] = parts.at(-1)!.split('/');
  return !TEST_TOOLS.test(scope.startsWith('@') ? `${scope}/${name}` : scope);
}

/** Absolute when it is elsewhere. */
export function relativeTo(rootDir: string, file: string): string {
  return file.startsWith(`${rootDir}/`) ? file.slice(rootDir.length + 1) : file;
}

/** The name of an error, which classes set or inherit; the class itself when it set none. */
function classOf(error: object): string {
  const name = readText(error, 'name');
  const constructor = read(error, 'constructor');
  const className = typeof constructor === 'function' ? readText(constructor, 'name') : '';
  const text = name === '' || name === 'Error' ? className || name : name;
  return text === '' ? 'Error' : text.slice(0, 100);
}

/** `toBe`, `not.toEqual` of expect; `strictEqual` of node:assert and chai. null for other errors. */
function matcherOf(error: object, message: string): string | null {
  const operator = readText(error, 'operator');
  if (operator !== '') return operator;
  // Jest puts colors into its messages.
  // oxlint-disable-next-line no-control-regex -- reason: the escape character is what colors begin with.
  const plain = message.slice(0, 500).replaceAll(/\u001b\[\d+m/g, '');
  const match = /^expect\([^)\n]*\)((?:\.\w+)+)\(/m.exec(plain);
  return match === null ? null : match[1]!.slice(1);
}

function isErrorLike(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    (readText(value, 'stack') !== '' || readText(value, 'message') !== '')
  );
}

function readText(target: object, field: string): string {
  const value = read(target, field);
  return typeof value === 'string' ? value : '';
}

function read(target: object, field: string): unknown {
  try {
    return (target as Record<string, unknown>)[field];
  } catch {
    return undefined;
  }
}
