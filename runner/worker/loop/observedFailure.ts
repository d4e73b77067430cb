import { withoutTemporaries } from '../../../src/coverage/source/names';
import { originOf, type OriginOptions } from '../../../src/failure/origin';
import { lateErrorOrigin } from '../../../src/failure/lateErrorOrigin';
import type { ObservedFailure } from '../../../src/fuzz/attempt';
import type { Origin } from '../../../src/protocol/origin';
import { LateError } from './lateErrors';

/**
 * What the fuzzer sees of an error that was thrown. `mapped`: options that make the origin with source maps, for a
 * stack that was made without them; this is done when the origin is first read. null for a stack made with source maps.
 */
export function observedFailure(
  thrown: unknown,
  origins: OriginOptions,
  mapped: OriginOptions | null,
): ObservedFailure {
  const lateError = thrown instanceof LateError ? thrown : null;
  const error = lateError === null ? thrown : lateError.error;
  const marked = (found: Origin): Origin => (lateError === null ? found : lateErrorOrigin(lateError.kind, found));
  let origin: Origin | null = null;
  const raw = marked(originOf(error, origins));
  return {
    rawKey: raw.key,
    errorName: nameOf(error, raw.errorClass),
    get message() {
      const message = messageOf(error);
      return lateError === null ? message : `${lateError.kind}: ${message}`;
    },
    origin: () => (origin ??= mapped === null ? raw : marked(originOf(error, mapped))),
  };
}

/** The `name` of an error, or else its class. A failed `expect` throws a class of its own with the name `Error`. */
function nameOf(error: unknown, errorClass: string): string {
  try {
    const name: unknown = (error as { name?: unknown } | null | undefined)?.name;
    return typeof name === 'string' && name !== '' ? name : errorClass;
  } catch {
    return errorClass;
  }
}

/** Message of anything thrown; getters of user errors may throw. */
function messageOf(error: unknown): string {
  try {
    const message: unknown = (error as { message?: unknown } | null | undefined)?.message;
    return withoutTemporaries(typeof message === 'string' ? message : String(error));
  } catch {
    return '(an error without a readable message)';
  }
}
