import { isObject, ObjectKinds, type Globals } from './objectKinds';

/** The answer that Jest would give, as far as it is known for sure. */
export type Verdict = 'yes' | 'no' | 'unsure';

/** Jest compares values that are deeper than this. A cycle reaches this depth, so Jest compares cycles, too. */
const MAX_DEPTH = 64;

/**
 * Deep equality of plain data as in Jest's `toEqual` and `toStrictEqual`, without custom equality testers. Says `yes`
 * or `no` only where Jest says the same; everything unusual (proxies, symbols as keys, sparse arrays, subclasses of
 * built-ins, errors, DOM nodes, asymmetric matchers, iterables, cycles) is `unsure`. Properties are read, so getters
 * are called as Jest would call them. When a getter throws, the comparison throws its error.
 */
export class SureEquality {
  private readonly kinds: ObjectKinds;

  /** `globals`: of the sandbox whose values are compared; those of this realm are known too. */
  constructor(globals: Globals) {
    this.kinds = new ObjectKinds(globals);
  }

  /** Like `toEqual`: classes do not matter, and neither do properties and elements that are undefined. */
  loosely(a: unknown, b: unknown): Verdict {
    return this.compare(a, b, false, 0);
  }

  /** Like `toStrictEqual`. */
  strictly(a: unknown, b: unknown): Verdict {
    return this.compare(a, b, true, 0);
  }

  /** True for an array or a Set that is iterated in the ordinary way. */
  isOrdinaryList(value: unknown): value is unknown[] | ReadonlySet<unknown> {
    if (!isObject(value)) return false;
    const kind = this.kinds.kindOf(value);
    return kind === 'array' || kind === 'set';
  }

  private compare(a: unknown, b: unknown, strict: boolean, depth: number): Verdict {
    if (!isObject(a) || !isObject(b)) {
      if (Object.is(a, b)) return 'yes';
      // Functions may be anything, and an object may be an asymmetric matcher.
      if (!this.isUnderstood(a) || !this.isUnderstood(b)) return 'unsure';
      return 'no';
    }
    if (depth > MAX_DEPTH) return 'unsure';
    const kind = this.kinds.kindOf(a);
    const other = a === b ? kind : this.kinds.kindOf(b);
    if (kind === null || other === null) return 'unsure';
    if (kind !== other) return 'no';
    if (strict || kind === 'map' || kind === 'set' || kind === 'typed') {
      // How classes of two realms compare depends on the version of Jest.
      if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return 'unsure';
      if (Object.hasOwn(a, 'constructor') || Object.hasOwn(b, 'constructor')) return 'unsure';
    }
    if (kind === 'map') return this.compareMaps(a as Map<unknown, unknown>, b as Map<unknown, unknown>, strict, depth);
    if (kind === 'set') return compareSets(a as Set<unknown>, b as Set<unknown>);
    if (a === b) return 'yes';
    switch (kind) {
      case 'array':
        return this.compareArrays(a as unknown[], b as unknown[], strict, depth);
      case 'plain':
        return this.compareProperties(a as Properties, b as Properties, strict, depth);
      case 'date':
        return compareDates(a as Date, b as Date);
      case 'regexp':
        return toVerdict((a as RegExp).source === (b as RegExp).source && (a as RegExp).flags === (b as RegExp).flags);
      case 'typed':
        return compareBytes(a as Uint8Array, b as Uint8Array);
    }
  }

  /** Says `no` only when no element is unsure: at an unsure element, Jest might throw. */
  private compareArrays(a: unknown[], b: unknown[], strict: boolean, depth: number): Verdict {
    if (!isDense(a) || !isDense(b)) return 'unsure';
    let verdict: Verdict = strict && a.length !== b.length ? 'no' : 'yes';
    const length = Math.max(a.length, b.length);
    for (let at = 0; at < length; at += 1) {
      const one = this.compare(a[at], b[at], strict, depth + 1);
      if (one === 'unsure') return one;
      if (one === 'no') verdict = one;
    }
    return verdict;
  }

  private compareProperties(a: Properties, b: Properties, strict: boolean, depth: number): Verdict {
    const keys = Object.keys(a);
    const others = Object.keys(b);
    let shared = 0;
    let verdict: Verdict = 'yes';
    for (const key of keys) {
      const isShared = isEnumerable(b, key);
      if (isShared) shared += 1;
      else if (Object.hasOwn(b, key)) return 'unsure';
      const one = isShared ? this.compare(a[key], b[key], strict, depth + 1) : this.compareMissing(a, b, key, strict);
      if (one === 'unsure') return one;
      if (one === 'no') verdict = one;
    }
    if (shared === others.length) return verdict;
    for (const key of others) {
      if (isEnumerable(a, key)) continue;
      if (Object.hasOwn(a, key)) return 'unsure';
      const one = this.compareMissing(b, a, key, strict);
      if (one === 'unsure') return one;
      if (one === 'no') verdict = one;
    }
    return verdict;
  }

  /** `key` is a property of `owner`, and not an own property of `other`. */
  private compareMissing(owner: Properties, other: Properties, key: string, strict: boolean): Verdict {
    const value = owner[key];
    if (!this.isUnderstood(value)) return 'unsure';
    if (strict || value !== undefined) return 'no';
    return other[key] === undefined ? 'yes' : 'unsure';
  }

  /** Jest searches for an entry that is deeply equal; here only the entry under the same key is compared. */
  private compareMaps(a: Map<unknown, unknown>, b: Map<unknown, unknown>, strict: boolean, depth: number): Verdict {
    if (a.size !== b.size) return 'no';
    for (const [key, value] of a) {
      if (!b.has(key)) return 'unsure';
      if (this.compare(value, b.get(key), strict, depth + 1) !== 'yes') return 'unsure';
    }
    return 'yes';
  }

  /** A primitive value, or an object that cannot be an asymmetric matcher. */
  private isUnderstood(value: unknown): boolean {
    return isObject(value) ? this.kinds.kindOf(value) !== null : typeof value !== 'function';
  }
}

type Properties = Record<string, unknown>;

function isEnumerable(value: object, key: string): boolean {
  return Object.prototype.propertyIsEnumerable.call(value, key);
}

/** No holes and no further properties: the keys of indices come first, in order. */
function isDense(array: ArrayLike<unknown>): boolean {
  const keys = Object.keys(array);
  const { length } = array;
  return keys.length === length && (length === 0 || keys[length - 1] === String(length - 1));
}

function compareSets(a: Set<unknown>, b: Set<unknown>): Verdict {
  if (a.size !== b.size) return 'no';
  // A member that the other set lacks may still be deeply equal to one of its members.
  for (const value of a) if (!b.has(value)) return 'unsure';
  return 'yes';
}

function compareDates(a: Date, b: Date): Verdict {
  const time = Date.prototype.getTime.call(a);
  const other = Date.prototype.getTime.call(b);
  if (Number.isNaN(time) || Number.isNaN(other)) return 'unsure';
  return toVerdict(time === other);
}

/** Equal bytes are equal numbers, but different bytes can be equal numbers, too. */
function compareBytes(a: Uint8Array, b: Uint8Array): Verdict {
  if (a.length !== b.length || !isDense(a) || !isDense(b)) return 'unsure';
  const bytes = Buffer.from(a.buffer, a.byteOffset, a.byteLength);
  const others = Buffer.from(b.buffer, b.byteOffset, b.byteLength);
  return bytes.equals(others) ? 'yes' : 'unsure';
}

function toVerdict(isTrue: boolean): Verdict {
  return isTrue ? 'yes' : 'no';
}
