/**
 * The parts of fast-check's objects that we use, in any version from 3.0 to 4.x and of any copy. They come from the
 * user's module registry, so they are recognized by their shape and never by `instanceof`.
 */
export interface ArbitraryLike {
  generate(random: unknown, biasFactor: number | undefined): ValueLike;
  canShrinkWithoutContext(value: unknown): boolean;
  shrink(value: unknown, context: unknown): unknown;
}

/** fast-check's `Value`: reading `value` a second time clones it, `value_` never does. */
export interface ValueLike {
  readonly value: unknown;
  readonly value_: unknown;
  readonly context: unknown;
}

/** null: passed. A thrown precondition failure, or an error, otherwise. 3.0 has no error for `return false`. */
export type RunResult = null | {
  readonly error?: unknown;
  readonly errorMessage?: unknown;
  readonly footprint?: unknown;
};

export interface PropertyLike {
  readonly arb: ArbitraryLike;
  isAsync(): boolean;
  generate(random: unknown, runId?: number): ValueLike;
  run(value: unknown, dontRunHook?: boolean): RunResult | Promise<RunResult>;
  /** Missing before 3.4: there, `run` calls the hooks itself. */
  runBeforeEach?(): unknown;
  runAfterEach?(): unknown;
}

export function isArbitrary(value: unknown): value is ArbitraryLike {
  if (typeof value !== 'object' || value === null) return false;
  const candidate = value as Partial<ArbitraryLike>;
  return (
    typeof candidate.generate === 'function' &&
    typeof candidate.shrink === 'function' &&
    typeof candidate.canShrinkWithoutContext === 'function'
  );
}

/**
 * True for the object that `fc.pre(false)` throws. Its mark is a symbol with this description: in recent versions a
 * registered one, the same in every copy; in 3.0 each copy has its own.
 */
export function isPreconditionFailure(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { footprint } = value as { footprint?: unknown };
  return typeof footprint === 'symbol' && footprint.description === 'fast-check/PreconditionFailure';
}
