import type { Edge } from './source/edges';
import { hashText } from './source/hash';

/**
 * At most this many kinds of errors are counted separately at one place; all further kinds count together as one more.
 */
const MAX_KINDS = 16;
/** Longer names are cut. */
const MAX_NAME_LENGTH = 64;

/**
 * Makes a separate feature, and returns its counters: the feature is reached while the first one is not 0. Null when
 * there is no room.
 */
export type AddFeature = (edge: Edge, file: string) => Uint8Array | null;

/**
 * Counts the kinds of errors that reach the `catch` clauses of instrumented code. Each kind at each place is a
 * behavior, in addition to the edge of the clause: an input that makes a parser throw another kind of error is
 * something new on the same path.
 */
export class CaughtErrors {
  /** By place, then by kind: the counter of the feature; null for one that found no room. */
  readonly #places = new Map<number, Map<string, Uint8Array | null>>();

  constructor(
    private readonly addFeature: AddFeature,
    private readonly isProxy: (value: unknown) => boolean,
  ) {}

  /**
   * Notes that an error was caught. `place` names the edge that leads to the clause. Runs no code of the error:
   * no getter, no trap of a Proxy.
   */
  note(place: number, error: unknown, edge: Edge, file: string): void {
    let kinds = this.#places.get(place);
    if (kinds === undefined) {
      kinds = new Map();
      this.#places.set(place, kinds);
    }
    let kind = kindOf(error, this.isProxy);
    let counters = kinds.get(kind);
    if (counters === undefined && kinds.size >= MAX_KINDS) {
      kind = OTHERS;
      counters = kinds.get(kind);
    }
    if (counters === undefined) {
      const { line, column } = edge;
      const feature: Edge = { id: hashText(`${edge.id}\nexception\n${kind}`), kind: 'exception', line, column };
      counters = this.addFeature(feature, file);
      kinds.set(kind, counters);
    }
    // The edge of the clause counts how often errors are caught.
    if (counters !== null) counters[0] = 1;
  }
}

/** The kind of all errors beyond `MAX_KINDS`; no class can have this name. */
const OTHERS = '(others)';

/**
 * The kind of an error: its own `name`, or else the name of its class; for a value that is no object, its type. The
 * message does not count, because it mostly contains parts of the input.
 */
export function kindOf(error: unknown, isProxy: (value: unknown) => boolean): string {
  if (error === null) return 'null';
  if (typeof error !== 'object' && typeof error !== 'function') return typeof error;
  if (isProxy(error)) return 'proxy';
  const own = Object.hasOwn(error, 'name') ? textAt(error, 'name') : null;
  if (own !== null && typeof error === 'object') return own;
  const prototype: unknown = Object.getPrototypeOf(error);
  if (typeof prototype !== 'object' || prototype === null || isProxy(prototype)) return typeof error;
  const constructor: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  if (typeof constructor !== 'function' || isProxy(constructor)) return textAt(prototype, 'name') ?? typeof error;
  return textAt(constructor, 'name') ?? typeof error;
}

/** The text of an own data property, cut to `MAX_NAME_LENGTH`; null if there is none. */
function textAt(object: object, key: string): string | null {
  const value: unknown = Object.getOwnPropertyDescriptor(object, key)?.value;
  return typeof value === 'string' && value !== '' ? value.slice(0, MAX_NAME_LENGTH) : null;
}
