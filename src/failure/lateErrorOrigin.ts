import type { Origin } from '../protocol/origin';

/** The class and the key of the origin of a late error begin with one of these. */
const KINDS = ['unhandled rejection', 'uncaught exception'] as const;

/**
 * The origin of a late error, which nothing caught: it differs from the origin of the same error thrown by the
 * property.
 */
export function lateErrorOrigin(kind: (typeof KINDS)[number], origin: Origin): Origin {
  return { ...origin, key: `${kind}: ${origin.key}`, errorClass: `${kind}: ${origin.errorClass}` };
}

/** Whether an origin is that of a late error: the property itself passed, and the error came later. */
export function isLateErrorOrigin(originKey: string): boolean {
  return KINDS.some((kind) => originKey.startsWith(`${kind}: `));
}
