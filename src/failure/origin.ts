import type { Origin, Place } from '../protocol/origin';
import { parseStack, type StackFrame } from './stackFrames';

export interface OriginOptions {
  /** Files are made relative to this absolute path. It has forward slashes, and no slash at its end. */
  readonly rootDir: string;
  /** Turns the text of a stack into frames, innermost first. Default: `parseStack`. */
  readonly frames?: (stack: string, message: string) => readonly StackFrame[];
  /** The stack of an error, or undefined to use its own. Default: always its own. */
  readonly stackOf?: (error: object) => string | undefined;
  /** Whether a file is the user's own. Default: `isUserFile`. */
  readonly isUserFile?: (file: string) => boolean;
  /**
   * Whether a package is under test because the test file imports it by name. Then the place in the package tells
   * failures apart, even if all of them come from the same place in the user's own code. Default: no package is.
   */
  readonly isTested?: (packageName: string) => boolean;
}

/**
 * The facts by which a failure differs from other failures of its target: the class of the error, the kind of the
 * assertion, the first place in the user's own code (or in a library, if there is none), the place in a package under
 * test that threw the error, and all of these again for its causes and members. The message does not count, because it
 * mostly contains the input. An error may come from another realm and may be any value. So only `typeof` decides what
 * it is, and its getters may throw.
 */
export function originOf(error: unknown, options: OriginOptions): Origin {
  return describe(error, options, new Set());
}

/** Whether a file is the user's: it is neither in a package nor a part of Node. */
export function isUserFile(file: string): boolean {
  return (file.startsWith('/') || /^[A-Za-z]:\//.test(file)) && !file.includes('/node_modules/');
}

const RETURNED_FALSE = 'Property failed by returning false';
const TIMED_OUT = /^Property timeout: exceeded limit of \d+ milliseconds$/;
/** The messages of Jest, of our sessions and of Node in a thread. */
const PROCESS_EXIT = /^process\.(?:exit called with "|(?:abort|exit)\(\) is not supported in workers)/;
const OVERFLOW = /^Maximum call stack size exceeded/;

/** Causes and members are followed until this many errors were seen. */
const MAX_CAUSES = 8;
/** At most this many members of an AggregateError count. */
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
  const { place, inside } = placesOf(error, message, options);
  const matcher = matcherOf(error, message);
  let key = matcher === null ? errorClass : `${errorClass}[${matcher}]`;
  if (place !== null) key += ` at ${place.file}:${place.line}:${place.column}`;
  if (inside !== null) key += ` in ${inside}`;
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
  return inside === null ? { key, errorClass, place } : { key, errorClass, place, inside };
}

/** The place to show, and the place in a package under test that threw the error; null if there is none. */
function placesOf(
  error: object,
  message: string,
  options: OriginOptions,
): { readonly place: Place | null; readonly inside: string | null } {
  const stack = options.stackOf?.(error) ?? readText(error, 'stack');
  if (stack === '') return { place: null, inside: null };
  const frames = (options.frames ?? parseStack)(stack, message);
  const isUsers = options.isUserFile ?? isUserFile;
  const own = frames.filter((frame) => isUsers(frame.file));
  const useful = own.length > 0 ? own : frames.filter((frame) => isLibraryFile(frame.file));
  const isOverflow = OVERFLOW.test(message);
  const inside = isOverflow || own.length === 0 ? null : placeInside(frames, isUsers, options.isTested);
  // Which function of a recursion overflows is chance. So its first place by file and line is used, which hardly
  // changes.
  const frame = isOverflow ? [...useful].sort(byPlace)[0] : useful[0];
  if (frame === undefined) return { place: null, inside };
  const { file, line, column, functionName } = frame;
  return { place: { file: relativeTo(options.rootDir, file), line, column, functionName }, inside };
}

/** The innermost frame in a package under test; null if a frame of the user's own code is nearer to the error. */
function placeInside(
  frames: readonly StackFrame[],
  isUsers: (file: string) => boolean,
  isTested: OriginOptions['isTested'],
): string | null {
  if (isTested === undefined) return null;
  for (const { file, line, column } of frames) {
    if (isUsers(file)) return null;
    const name = packageOf(file);
    if (name !== null && isTested(name))
      return `${file.slice(file.lastIndexOf(MODULES) + MODULES.length)}:${line}:${column}`;
  }
  return null;
}

function byPlace(a: StackFrame, b: StackFrame): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

/** Whether a file is in a package that neither runs nor checks tests. */
export function isLibraryFile(file: string): boolean {
  const name = packageOf(file);
  return name !== null && !TEST_TOOLS.test(name);
}

const MODULES = '/node_modules/';

/** The name of the package that contains a file; null if none does. */
function packageOf(file: string): string | null {
  const at = file.lastIndexOf(MODULES);
  if (at < 0) return null;
  const [scope = '', name = ''] = file.slice(at + MODULES.length).split('/', 2);
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
}

/** The path of a file relative to `rootDir`; its absolute path if it is not below `rootDir`. */
export function relativeTo(rootDir: string, file: string): string {
  return file.startsWith(`${rootDir}/`) ? file.slice(rootDir.length + 1) : file;
}

/** The `name` of an error, which its class sets or inherits; the name of the class if `name` is only `Error`. */
function classOf(error: object): string {
  const name = readText(error, 'name');
  const constructor = read(error, 'constructor');
  const className = typeof constructor === 'function' ? readText(constructor, 'name') : '';
  const text = name === '' || name === 'Error' ? className || name : name;
  return text === '' ? 'Error' : text.slice(0, 100);
}

/**
 * The assertion that failed: `toBe`, `not.toEqual` of expect; `strictEqual` of node:assert and chai; null for other
 * errors.
 */
function matcherOf(error: object, message: string): string | null {
  const operator = readText(error, 'operator');
  if (operator !== '') return operator;
  // Jest puts colors into its messages.
  // oxlint-disable-next-line no-control-regex -- reason: colors begin with the escape character.
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
