import type { FuzzEvent } from '../../src/protocol/events';

/**
 * The longest texts, in UTF-16 units, that are sent to a page. A fuzzer makes inputs and messages, so some have
 * megabytes. A long blob is left out and not cut, because a part of it cannot be replayed; the database and `--report`
 * have it.
 */
export const TEXT_LIMITS = {
  name: 1_000,
  message: 4_000,
  input: 20_000,
  report: 30_000,
  blob: 20_000,
  command: 24_000,
};

/** The same event with every text of free length capped. */
export function limitEvent(event: FuzzEvent): FuzzEvent {
  switch (event.type) {
    case 'failure': {
      const { failure } = event;
      return {
        type: 'failure',
        failure: {
          ...failure,
          errorName: cut(failure.errorName, TEXT_LIMITS.name),
          message: cut(failure.message, TEXT_LIMITS.message),
          input: cut(failure.input, TEXT_LIMITS.input),
          report: cut(failure.report, TEXT_LIMITS.report),
          blob: keepWhole(failure.blob, TEXT_LIMITS.blob),
          replayCommand: keepWhole(failure.replayCommand, TEXT_LIMITS.command),
          origin: {
            ...failure.origin,
            key: cut(failure.origin.key, TEXT_LIMITS.message),
            errorClass: cut(failure.origin.errorClass, TEXT_LIMITS.name),
          },
        },
      };
    }
    case 'target':
      return event.target.detail === null
        ? event
        : { type: 'target', target: { ...event.target, detail: cut(event.target.detail, TEXT_LIMITS.message) } };
    case 'not-collected':
      return {
        type: 'not-collected',
        entry: { ...event.entry, reason: cut(event.entry.reason, TEXT_LIMITS.message) },
      };
    case 'notice':
      return { type: 'notice', notice: { ...event.notice, message: cut(event.notice.message, TEXT_LIMITS.message) } };
    default:
      return event;
  }
}

/** `text` itself, or its start and the number of missing characters. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  // The text is not cut between the halves of a surrogate pair.
  const end = /[\uD800-\uDBFF]/.test(text[limit - 1]!) ? limit - 1 : limit;
  return `${text.slice(0, end)}… (${text.length - end} more characters)`;
}

function keepWhole(text: string, limit: number): string {
  return text.length <= limit ? text : '';
}
