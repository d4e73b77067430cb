import type { Choices } from '../choice/choices';
import type { Explained } from './explain';
import { isSameValue } from '../property/sameValue';
import type { InputRunner } from '../property/inputRunner';
import { explanationLines, type Explanation, type NearestInput } from '../protocol/explanation';

/** A description lists at most this many differences. */
const MOST_CHANGES = 3;

/** Differences are searched down to this depth of nested values. */
const MOST_DEPTH = 4;

export interface ExplanationOptions {
  /** Used to generate the inputs again, because a run may have changed their values. */
  readonly runner: InputRunner;
  /** `stringify` of the user's copy of fast-check. */
  readonly stringify: (value: unknown) => string;
  /** The places of edges in the user's source: see `nearestPlaces`. */
  readonly placesOf: (edges: readonly number[]) => readonly string[];
}

/** The explanation of a failure with the input `choices`, as texts; undefined if nothing was found out. */
export function describeExplanation(
  explained: Explained,
  choices: Choices,
  { runner, stringify, placesOf }: ExplanationOptions,
): Explanation | undefined {
  const { runs, free, together, nearest, edges, failing, passing } = explained;
  const own = argumentsOf(runner, choices);
  const places = edges.length === 0 ? [] : placesOf(edges);
  const explanation: Explanation = {
    runs,
    free: free.map(({ argument, path, tried, rejected, isAll }) => ({
      part: partName(argument, path, own?.length ?? 0),
      tried,
      rejected,
      isAll,
    })),
    together,
    nearest: nearest === null || own === null ? null : nearestInput(own, argumentsOf(runner, nearest), stringify),
    reached: places.length === 0 ? null : { places, failing, passing },
  };
  return explanationLines(explanation).length === 0 ? undefined : explanation;
}

/** As `describeExplanation`, for an ordinary run: its code is not instrumented, so it knows no edges and no places. */
export function describeWithoutPlaces(
  explained: Explained | null,
  choices: Choices,
  runner: InputRunner,
  stringify: (value: unknown) => string,
): Explanation | undefined {
  return explained === null
    ? undefined
    : describeExplanation(explained, choices, { runner, stringify, placesOf: () => [] });
}

/** The arguments that these choices generate; null if they generate none. */
function argumentsOf(runner: InputRunner, choices: Choices): readonly unknown[] | null {
  runner.generate({ type: 'replay', choices, tail: 'simplest' });
  let found: readonly unknown[] | null = null;
  runner.argumentsText((value) => {
    if (Array.isArray(value)) found = value as readonly unknown[];
    return '';
  });
  return found;
}

function nearestInput(
  own: readonly unknown[],
  passing: readonly unknown[] | null,
  stringify: (value: unknown) => string,
): NearestInput | null {
  const input = passing === null ? '' : stringify(passing);
  // Inputs that differ only in lazy draws look the same: there is no difference to show.
  if (passing === null || own.length !== passing.length || input === stringify(own)) return null;
  const changes = own.flatMap((value, argument) =>
    changesOf(value, passing[argument], []).map(({ path, from, to }) => ({
      part: partName(argument, path, own.length),
      value: stringify(to),
      insteadOf: stringify(from),
    })),
  );
  // When the only argument differs as a whole, the text of the input is enough. When there are many changes, the text
  // is better than a long list.
  const isPlain = own.length === 1 && changes.length === 1 && changes[0]!.part === partName(0, [], 1);
  return { input, changes: isPlain || changes.length > MOST_CHANGES ? [] : changes };
}

interface Change {
  readonly path: readonly (string | number)[];
  readonly from: unknown;
  readonly to: unknown;
}

/** The differences of two values: a few items or fields if both have the same shape, or else the whole value. */
function changesOf(from: unknown, to: unknown, path: Change['path']): Change[] {
  if (isSameValue(from, to)) return [];
  const whole = [{ path, from, to }];
  if (!isPlainObject(from) || !isPlainObject(to) || Array.isArray(from) !== Array.isArray(to)) return whole;
  const keys = Object.keys(from);
  if (path.length > MOST_DEPTH || keys.join('\n') !== Object.keys(to).join('\n')) return whole;
  const changes = keys.flatMap((key) =>
    changesOf(from[key], to[key], [...path, Array.isArray(from) ? Number(key) : key]),
  );
  // The two values differ, but under each key they are the same: the difference is something else, for example a
  // prototype.
  return changes.length === 0 || changes.length > MOST_CHANGES ? whole : changes;
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  // The object may come from another realm, which has an `Object` of its own.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** `the 2nd argument`, `[0].count of the 1st argument`. A single argument has no number. */
function partName(argument: number, path: readonly (string | number)[], count: number): string {
  const whole = count === 1 ? 'the argument' : `the ${ordinal(argument + 1)} argument`;
  if (path.length === 0) return whole;
  const keys = path.map((key) => {
    const isName = typeof key === 'string' && /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key);
    return isName ? `.${key}` : `[${JSON.stringify(key)}]`;
  });
  return `${keys.join('')} of ${whole}`;
}

function ordinal(number: number): string {
  const last = number % 10;
  if (last > 3 || last === 0 || Math.trunc(number / 10) % 10 === 1) return `${number}th`;
  return `${number}${['st', 'nd', 'rd'][last - 1]!}`;
}
