import type { ArbitraryLike, ValueLike } from './fastCheckTypes';
import type { TapeRandom } from './tapeRandom';
import { VALUE } from './trackBuffer';

/**
 * The fields by which fast-check's `fc.array(fc.integer().map(…)).map(…)` is recognized; `fc.string` is such an
 * arbitrary.
 */
export interface TextShape {
  readonly mapper?: (list: unknown[]) => unknown;
  readonly arb?: {
    readonly lengthArb?: ArbitraryLike & { readonly generatorArbitrary?: object };
    readonly maxLength?: number;
    readonly setBuilder?: unknown;
    readonly depthContext?: unknown;
    readonly arb?: {
      readonly mapper?: (choice: number) => unknown;
      readonly arb?: { readonly min?: unknown; readonly max?: unknown };
    };
  };
}

interface Plan {
  readonly lengthArb: ArbitraryLike;
  readonly drawnLength: object;
  readonly maxLength: number;
  readonly min: number;
  readonly max: number;
  readonly unitOf: (choice: number) => unknown;
  readonly join: (units: unknown[]) => unknown;
  readonly Value: new (value: unknown, context: undefined) => ValueLike;
}

/** An arbitrary gets a plan after fast-check itself has generated this many texts of it. */
const FIRST_TEXTS = 8;

/** By arbitrary: its plan; before that, the number of texts that were seen; null if there can be no plan. */
const plans = new WeakMap<object, Plan | number | null>();

/**
 * Generates a text as fast-check does when there is no bias: the same choices give the same text. It does not make the
 * two objects for each unit that fast-check makes for its own shrinking, and these are most of the cost of a text. Null
 * when the arbitrary is of another kind, or not known well enough yet: see `learnText`.
 */
export function quickText(arbitrary: object, random: TapeRandom): ValueLike | null {
  const plan = plans.get(arbitrary);
  if (typeof plan !== 'object' || plan === null) return null;
  random.lengthArbitrary = plan.drawnLength;
  random.maxLength = plan.maxLength;
  const length = plan.lengthArb.generate(random, undefined).value_ as number;
  const { min, max, unitOf } = plan;
  const units: unknown[] = [];
  for (let at = 0; at < length; at += 1) {
    random.role = VALUE;
    units.push(unitOf(random.nextInt(min, max)));
  }
  return new plan.Value(plan.join(units), undefined);
}

/** Learns from a value that fast-check generated whether `quickText` can generate values of the arbitrary. */
export function learnText(arbitrary: TextShape, value: ValueLike): void {
  const seen = plans.get(arbitrary) ?? 0;
  if (typeof seen === 'object') return;
  const plan = isText(value) ? planOf(arbitrary, value) : null;
  plans.set(arbitrary, plan === null || seen + 1 >= FIRST_TEXTS ? plan : seen + 1);
}

/** True for a text made of texts: any other value may be an object that fast-check has to clone. */
function isText({ value_, context }: ValueLike): boolean {
  const units = (context as { originalValue?: unknown } | undefined)?.originalValue;
  return typeof value_ === 'string' && Array.isArray(units) && units.every((unit) => typeof unit === 'string');
}

function planOf({ mapper, arb: list }: TextShape, value: ValueLike): Plan | null {
  const unit = list?.arb;
  const { min, max } = unit?.arb ?? {};
  if (mapper === undefined || list?.lengthArb === undefined || unit?.mapper === undefined) return null;
  if (typeof min !== 'number' || typeof max !== 'number') return null;
  // Classes of the user's own may do anything with fields of these names.
  const drawnLength = list.lengthArb.generatorArbitrary ?? list.lengthArb;
  if (unit.arb!.constructor !== drawnLength.constructor) return null;
  if (list.setBuilder !== undefined || list.depthContext === undefined) return null;
  return {
    lengthArb: list.lengthArb,
    drawnLength,
    maxLength: list.maxLength ?? 0,
    min,
    max,
    unitOf: unit.mapper,
    join: mapper,
    // fast-check's own class, from the user's copy: not all versions export it.
    Value: value.constructor as Plan['Value'],
  };
}
