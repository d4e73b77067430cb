import * as os from 'node:os';
import { decodeChoices, toBlob } from '../src/choice/encoding';
import type { FailureKind, FailureSnapshot, Stamp } from '../src/protocol/events';
import type { FoundFailure, FoundTarget } from './messages';
import { replayCommand } from './replayCommand';
import { addMoment } from './targetState';

/** What is said of an input that ended its worker thread instead of failing. */
export type DeathKind = Exclude<FailureKind, 'error'>;

/** A failure that a slice reported, on top of what was known of it; `before`: the target's totals before the slice. */
export function errorSnapshot(
  id: string,
  target: FoundTarget,
  found: FoundFailure,
  old: FailureSnapshot | undefined,
  before: Stamp,
): FailureSnapshot {
  const known = old === undefined || old.state === 'fixed' ? null : old;
  const { origin, state, errorName, message, input, choices, choiceCount, shrinks } = found;
  return {
    ...common(id, target, choices),
    kind: 'error',
    state,
    origin,
    errorName,
    message,
    input,
    choices: choiceCount,
    shrinks,
    report: old?.report ?? '',
    foundBy: known?.foundBy ?? 'fuzz',
    host: known?.host ?? os.hostname(),
    firstFound: known?.firstFound ?? (found.found === null ? before : addMoment(before, found.found)),
    minimalAt: found.minimal === null ? (known?.minimalAt ?? null) : addMoment(before, found.minimal),
    firstSeenAt: old?.firstSeenAt ?? Date.now(),
  };
}

/** A failure whose input took its thread with it; `now`: the target's totals. */
export function deathSnapshot(
  id: string,
  target: FoundTarget,
  kind: DeathKind,
  input: { readonly choices: Uint8Array; readonly text: string },
  old: FailureSnapshot | undefined,
  now: Stamp,
): FailureSnapshot {
  const message = {
    hang: `The property did not come back within ${target.inputTimeoutMs} ms.`,
    'out-of-memory': 'The worker thread ran out of memory.',
    exit: 'The worker thread was ended by the code under test.',
    crash: 'The worker thread crashed.',
  }[kind];
  return {
    ...common(id, target, input.choices),
    kind,
    state: 'found',
    origin: { key: kind, errorClass: kind, place: null },
    errorName: kind,
    message,
    input: input.text,
    choices: input.choices.length,
    shrinks: 0,
    report: `${message}\n\nCounterexample: ${input.text}`,
    foundBy: 'fuzz',
    host: os.hostname(),
    firstFound: old?.firstFound ?? now,
    minimalAt: null,
    firstSeenAt: old?.firstSeenAt ?? Date.now(),
  };
}

function common(
  id: string,
  target: FoundTarget,
  choices: Uint8Array,
): Pick<
  FailureSnapshot,
  'id' | 'targetId' | 'file' | 'testName' | 'blob' | 'replayCommand' | 'lastSeenAt' | 'fixedAt'
> {
  return {
    id,
    targetId: target.id,
    file: target.file,
    testName: target.testName,
    blob: toBlob(decodeChoices(choices)),
    replayCommand: replayCommand(target.file, target.testName),
    lastSeenAt: Date.now(),
    fixedAt: null,
  };
}
