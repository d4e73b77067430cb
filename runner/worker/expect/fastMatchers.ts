import { types } from 'node:util';
import type { ProbeOp } from '../../../src/coverage/comparisons/findings';
import type { SureEquality, Verdict } from './sureEqual';

/** A matcher of Jest's `expect` whose outcome is often known for sure. */
export interface FastMatcher {
  /** `args`: the arguments of the matcher. May throw; then Jest decides. */
  readonly check: (actual: unknown, args: readonly unknown[], equality: SureEquality) => Verdict;
  /** How the received and the first expected value are compared; null when a log of comparisons cannot use them. */
  readonly op: ProbeOp | null;
  /** True if the values are compared in depth. */
  readonly isDeep?: boolean;
}

/** By name. `toThrow` is not here, because it calls the user's function, which must be called only once. */
export const FAST_MATCHERS: Readonly<Record<string, FastMatcher>> = {
  toBe: { op: '===', check: (actual, [expected]) => toVerdict(Object.is(actual, expected)) },
  toEqual: { op: '===', isDeep: true, check: (actual, [expected], equality) => equality.loosely(actual, expected) },
  toStrictEqual: {
    op: '===',
    isDeep: true,
    check: (actual, [expected], equality) => equality.strictly(actual, expected),
  },
  toBeTruthy: unary((actual) => Boolean(actual)),
  toBeFalsy: unary((actual) => !actual),
  toBeNull: unary((actual) => actual === null),
  toBeUndefined: unary((actual) => actual === undefined),
  toBeDefined: unary((actual) => actual !== undefined),
  toBeNaN: unary((actual) => Number.isNaN(actual)),
  toBeGreaterThan: order('>', (actual, expected) => actual > expected),
  toBeGreaterThanOrEqual: order('>=', (actual, expected) => actual >= expected),
  toBeLessThan: order('<', (actual, expected) => actual < expected),
  toBeLessThanOrEqual: order('<=', (actual, expected) => actual <= expected),
  toBeCloseTo: { op: '===', check: isCloseTo },
  toBeInstanceOf: {
    op: null,
    check: (actual, [type]) => (typeof type === 'function' ? toVerdict(actual instanceof type) : 'unsure'),
  },
  toContain: { op: 'includes', check: contains },
  toHaveLength: { op: null, check: hasLength },
  toHaveProperty: { op: null, check: hasProperty },
  toMatch: { op: 'includes', check: matches },
};

/** How a called function ended. */
export type CallOutcome = { readonly type: 'returned' } | { readonly type: 'threw'; readonly error: unknown };

/** True if `toThrow` with these arguments can be decided from one call; asked before the function is called. */
export function isSimpleThrow(actual: unknown, args: readonly unknown[]): boolean {
  const [expected] = args;
  if (typeof actual !== 'function') return false;
  return (
    expected === undefined || typeof expected === 'string' || typeof expected === 'function' || isStateless(expected)
  );
}

/** The verdict of `toThrow` for a function that ended with `outcome`. */
export function checkThrow(outcome: CallOutcome, [expected]: readonly unknown[]): Verdict {
  if (outcome.type === 'returned') return 'no';
  if (expected === undefined) return 'yes';
  const { error } = outcome;
  if (typeof expected === 'function') return toVerdict(error instanceof expected);
  const own: unknown = (error as { message?: unknown } | null | undefined)?.message;
  const message = typeof own === 'string' ? own : String(error);
  return toVerdict(typeof expected === 'string' ? message.includes(expected) : (expected as RegExp).test(message));
}

function unary(isTrue: (actual: unknown) => boolean): FastMatcher {
  // Jest allows no argument here: if there is one, Jest reports it.
  return { op: null, check: (actual, [expected]) => (expected === undefined ? toVerdict(isTrue(actual)) : 'unsure') };
}

function order(op: ProbeOp, isTrue: (actual: number, expected: number) => boolean): FastMatcher {
  return {
    op,
    check: (actual, [expected]) => {
      if (!isNumeric(actual) || !isNumeric(expected)) return 'unsure';
      // Numbers and bigints compare alike.
      return toVerdict(isTrue(actual as number, expected as number));
    },
  };
}

function isNumeric(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'bigint';
}

function isCloseTo(actual: unknown, [expected, digits = 2]: readonly unknown[]): Verdict {
  if (typeof actual !== 'number' || typeof expected !== 'number' || typeof digits !== 'number') return 'unsure';
  if (Math.abs(actual) === Infinity && actual === expected) return 'yes';
  return toVerdict(Math.abs(expected - actual) < Math.pow(10, -digits) / 2);
}

function contains(actual: unknown, [expected]: readonly unknown[], equality: SureEquality): Verdict {
  if (typeof actual === 'string') {
    return typeof expected === 'string' ? toVerdict(actual.includes(expected)) : 'unsure';
  }
  // Holes of an array count as undefined to Jest, and a Set finds NaN where Jest does not.
  if (expected === undefined || Number.isNaN(expected) || !equality.isOrdinaryList(actual)) return 'unsure';
  return toVerdict(Array.isArray(actual) ? actual.indexOf(expected) !== -1 : actual.has(expected));
}

function hasLength(actual: unknown, [expected]: readonly unknown[]): Verdict {
  if (typeof expected !== 'number' || !Number.isSafeInteger(expected) || expected < 0) return 'unsure';
  const length: unknown = (actual as { length?: unknown } | null | undefined)?.length;
  return typeof length === 'number' ? toVerdict(length === expected) : 'unsure';
}

/** A path of a single name. */
const NAME = /^[A-Za-z_$][\w$]*$/;

function hasProperty(actual: unknown, args: readonly unknown[], equality: SureEquality): Verdict {
  const [path] = args;
  if (typeof actual !== 'object' || actual === null || typeof path !== 'string' || !NAME.test(path)) return 'unsure';
  if (types.isProxy(actual)) return 'unsure';
  const value = (actual as Record<string, unknown>)[path];
  const isThere = path in actual;
  if (args.length < 2 || !isThere) return toVerdict(isThere || value !== undefined);
  return equality.loosely(value, args[1]);
}

function matches(actual: unknown, [expected]: readonly unknown[]): Verdict {
  if (typeof actual !== 'string') return 'unsure';
  if (typeof expected === 'string') return toVerdict(actual.includes(expected));
  return isStateless(expected) ? toVerdict(expected.test(actual)) : 'unsure';
}

/** A regular expression that does not remember where it stopped. */
function isStateless(value: unknown): value is RegExp {
  return types.isRegExp(value) && !value.global && !value.sticky && Reflect.ownKeys(value).length === 1;
}

function toVerdict(isTrue: boolean): Verdict {
  return isTrue ? 'yes' : 'no';
}
