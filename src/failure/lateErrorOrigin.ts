import type { Origin } from '../protocol/origin';

/** Begins the class and the key of what was thrown where nobody caught it. */
const KINDS = ['unhandled rejection', 'uncaught exception'] as const;

/** The origin of an error that nobody caught: its own, marked as such. It is another one than the same error thrown. */
export function lateErrorOrigin(kind: (typeof KINDS)[number], origin: Origin): Origin {
  return { ...origin, key: `${kind}: ${origin.key}`, errorClass: `${kind}: ${origin.errorClass}` };
}

/** Whether an origin is of an error that nobody caught: the property itself passes then, and the test fails later. */
export function isLateErrorOrigin(originKey: string): boolean {
  return KINDS.some((kind) => originKey.startsWith(`${kind}: `));
}
