import type { CodeTag, FailureSnapshot } from '../../protocol/failure';

/** The fields of a failure that an ordinary run knows; fields that only the fuzzer knows may be missing. */
export type JournalFailure = Pick<FailureSnapshot, (typeof REQUIRED)[number]> & Partial<FailureSnapshot>;

/** Something that an ordinary run of Jest learned about a failure. */
export type JournalEvent =
  /** A property failed with an input that no saved failure has. */
  | { readonly type: 'found'; readonly at: number; readonly host: string; readonly failure: JournalFailure }
  /** A saved failure was replayed and its property held. */
  | PassedEvent
  /** A saved failure was replayed and still fails. */
  | FailedAgainEvent;

export interface PassedEvent {
  readonly type: 'passed';
  /** Epoch milliseconds. */
  readonly at: number;
  readonly host: string;
  readonly file: string;
  readonly targetId: string;
  readonly failureId: string;
  /** The code that the property ran with; missing in events of older versions. */
  readonly code?: CodeTag;
}

export type FailedAgainEvent = Omit<PassedEvent, 'type'> & { readonly type: 'failed-again' };

/** The text of an event's file. */
export function encodeEvent(event: JournalEvent): string {
  return `${JSON.stringify({ version: VERSION, ...event })}\n`;
}

/** 'newer' for an event of a newer version. Throws an Error that says what is wrong with the text. */
export function decodeEvent(text: string): JournalEvent | 'newer' {
  const value = JSON.parse(text) as Fields | null;
  if (typeof value?.version === 'number' && value.version > VERSION) return 'newer';
  if (value?.version !== VERSION) throw new Error(`expected version ${VERSION} but received ${String(value?.version)}`);
  const { version: _, ...event } = value;
  if (typeof event.at !== 'number' || typeof event.host !== 'string') throw new Error('it has no time or host');
  switch (event.type) {
    case 'found':
      checkFailure(event.failure);
      break;
    case 'passed':
    case 'failed-again':
      if (![event.file, event.targetId, event.failureId].every((field) => typeof field === 'string')) {
        throw new Error('it does not name a failure');
      }
      break;
    default:
      throw new Error(`its type is ${JSON.stringify(event.type)}`);
  }
  // Checked above, field by field.
  return event as unknown as JournalEvent;
}

type Fields = Readonly<Record<string, unknown>>;

function checkFailure(value: unknown): void {
  const failure = (value ?? {}) as Fields;
  for (const field of REQUIRED) {
    const type = field === 'choices' ? 'number' : field === 'origin' ? 'object' : 'string';
    if (typeof failure[field] !== type || failure[field] === null) throw new Error(`its failure has no ${field}`);
  }
  const { key, errorClass } = failure.origin as Fields;
  if (typeof key !== 'string' || typeof errorClass !== 'string') throw new Error('its failure has no origin');
}

/** The failure of a `found` event, with default values for the fields that an ordinary run cannot know. */
export function foundFailure(event: Extract<JournalEvent, { type: 'found' }>): FailureSnapshot {
  return {
    state: 'found',
    shrinks: 0,
    report: event.failure.message,
    replayCommand: '',
    foundBy: 'jest',
    host: event.host,
    firstFound: { inputs: 0, cpuSeconds: 0, wallSeconds: 0 },
    minimalAt: null,
    firstSeenAt: event.at,
    lastSeenAt: event.at,
    fixedAt: null,
    ...event.failure,
  };
}

const VERSION = 1;

const REQUIRED = [
  'id',
  'targetId',
  'file',
  'testName',
  'kind',
  'origin',
  'errorName',
  'message',
  'input',
  'blob',
  'choices',
] as const;
