import * as os from 'node:os';
import { countChoices } from '../../src/choice/choices';
import { decodeChoices, toBlob } from '../../src/choice/encoding';
import { hashKey } from '../../src/database';
import type { FailureId, FailureKind, FailureSnapshot } from '../../src/protocol/failure';
import type { Origin } from '../../src/protocol/origin';
import type { Stamp, TargetId } from '../../src/protocol/target';
import type { FoundFailure, FoundTarget } from '../channel/messages';
import type { Reruns } from '../../src/protocol/failureRate';
import { isOpen } from '../../src/protocol/failureStates';
import { replayCommand } from '../replay/replayCommand';
import { replayToken } from '../replay/replayToken';
import { addMoment } from './targetState';

/** How an input ended its worker, instead of failing. */
export type DeathKind = Exclude<FailureKind, 'error'>;

/** Names a failure of a target, in the database and in all events. */
export function failureId(targetId: TargetId, originKey: string): FailureId {
  return hashKey(`${targetId}\n${originKey}`);
}

/**
 * Makes the snapshot of a failure that a slice reported. `old`: what was known of the failure; `before`: the target's
 * totals before the slice; `worker`: number of the worker that ran the slice.
 */
export function errorSnapshot(
  id: string,
  target: FoundTarget,
  found: FoundFailure,
  old: FailureSnapshot | undefined,
  before: Stamp,
  worker: number,
): FailureSnapshot {
  const known = old === undefined || !isOpen(old.state) ? null : old;
  const { origin, state, errorName, message, input, source, sourceProblem, choices, choiceCount, shrinks } = found;
  const shared = common(id, target, choices);
  // Minimal in an earlier slice, and explained in this one: it keeps the time at which it became minimal.
  const isLate = found.explanation !== undefined && known?.blob === shared.blob && known.minimalAt !== null;
  return {
    ...shared,
    kind: 'error',
    state,
    origin,
    errorName,
    message,
    input,
    source,
    sourceProblem,
    choices: choiceCount,
    shrinks,
    reruns: rerunsOf(found, known),
    explanation: explanationOf(found, shared.blob, old),
    history: old?.history,
    worker: known?.worker ?? worker,
    report: old?.report ?? '',
    foundBy: known?.foundBy ?? 'fuzz',
    host: known?.host ?? os.hostname(),
    firstFound: known?.firstFound ?? (found.found === null ? before : addMoment(before, found.found)),
    minimalAt: isLate || found.minimal === null ? (known?.minimalAt ?? null) : addMoment(before, found.minimal),
    firstSeenAt: old?.firstSeenAt ?? Date.now(),
  };
}

/** For a flaky failure, the reruns of the worker that has run it most often; else the reruns of the current input. */
function rerunsOf({ reruns, state }: FoundFailure, known: FailureSnapshot | null): Reruns | undefined {
  const old = known?.reruns;
  if (old !== undefined && state === 'flaky' && known?.state === 'flaky' && old.runs > reruns.runs) return old;
  return reruns.runs > 0 ? reruns : undefined;
}

/** The reported explanation; if there is none, the known explanation, if it is of the same input. */
function explanationOf(
  { explanation, state }: FoundFailure,
  blob: string,
  old: FailureSnapshot | undefined,
): FailureSnapshot['explanation'] {
  if (explanation !== undefined || state === 'flaky') return explanation;
  return old?.blob === blob ? old.explanation : undefined;
}

/** An input that ended its worker. */
export interface CrashingInput {
  readonly choices: Uint8Array;
  /** The input as text; empty when the worker died before the text was made. */
  readonly text: string;
  /** Whether it ended a worker twice. */
  readonly isSure: boolean;
  /** How often it ended its worker when it was run again. */
  readonly reruns?: Reruns;
  /** The target's totals when it ended a worker first. */
  readonly firstFound: Stamp;
}

/** Makes the snapshot of a failure whose input ended its worker. */
export function deathSnapshot(
  id: string,
  target: FoundTarget,
  kind: DeathKind,
  origin: Origin,
  input: CrashingInput,
  old: FailureSnapshot | undefined,
): FailureSnapshot {
  const what = {
    hang: `The property did not come back within ${target.inputTimeoutMs} ms.`,
    'out-of-memory': 'The property ran out of memory.',
    exit: 'The property ended its process.',
    crash: 'The property crashed its process.',
  }[kind];
  const { place } = origin;
  const where = place === null ? '' : ` It was in ${place.functionName ?? 'the code'} at ${place.file}:${place.line}.`;
  const message = input.isSure
    ? `${what}${where}`
    : `${what}${where} It was not run again to make sure, because the run was over.`;
  const shared = common(id, target, input.choices);
  const text = input.text === '' ? `{ path: "${shared.blob}" }` : input.text;
  return {
    ...shared,
    kind,
    state: 'found',
    origin,
    errorName: kind,
    message,
    input: text,
    choices: countChoices(decodeChoices(input.choices)),
    shrinks: 0,
    report: `${message}\n\nCounterexample: ${text}`,
    foundBy: 'fuzz',
    host: old?.host ?? os.hostname(),
    history: old?.history,
    reruns: input.reruns,
    firstFound: old?.firstFound ?? input.firstFound,
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
  'id' | 'targetId' | 'file' | 'testName' | 'blob' | 'shape' | 'replayCommand' | 'lastSeenAt' | 'fixedAt'
> {
  const { file, testName, ordinal, shape } = target;
  const blob = toBlob(decodeChoices(choices));
  return {
    id,
    targetId: target.id,
    file,
    testName,
    blob,
    shape,
    replayCommand: replayCommand(file, testName, replayToken(blob, file, testName, ordinal)),
    lastSeenAt: Date.now(),
    fixedAt: null,
  };
}
