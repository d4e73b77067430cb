import * as os from 'node:os';
import { createHash } from 'node:crypto';
import { countChoices, type Choices } from '../../src/choice/choices';
import { toBlob } from '../../src/choice/encoding';
import type { JournalFailure } from '../../src/database/journal/journalEvent';
import type { Explained } from '../../src/explain/explain';
import type { InputRunner } from '../../src/property/inputRunner';
import type { Origin } from '../../src/protocol/origin';
import { describeWithoutPlaces } from '../../src/explain/describe';
import { inputSource } from '../../src/patch/inputSource';
import type { OrdinaryTarget } from './ordinaryTarget';
import { replayCommand } from '../replay/replayCommand';
import { replayToken } from '../replay/replayToken';

/** A failure with the choices of its input, so that the input can be made again. */
export interface FailureToKeep {
  readonly origin: Origin;
  readonly error: unknown;
  readonly choices: Choices;
  readonly isFlaky: boolean;
  /** Times that this input was run again, and how many of these runs failed; both are 0 when it was not run again. */
  readonly failed: number;
  readonly reruns: number;
  /** Which parts of the input the failure depends on; null when this was not looked for. */
  readonly explained: Explained | null;
}

/** A failure in the form in which an ordinary run writes it to the journal. `runner` makes its input again. */
export function foundFailure(
  target: OrdinaryTarget,
  failure: FailureToKeep,
  runner: InputRunner,
  stringify: (value: unknown) => string,
): JournalFailure {
  const { origin, choices, isFlaky, failed, reruns } = failure;
  const explanation = describeWithoutPlaces(failure.explained, choices, runner, stringify);
  const source = inputSource(runner, choices);
  const error = failure.error as { name?: unknown; message?: unknown } | null | undefined;
  const now = Date.now();
  const blob = toBlob(choices);
  return {
    id: createHash('sha1').update(`${target.id}\n${origin.key}`).digest('hex').slice(0, 16),
    targetId: target.id,
    file: target.file,
    testName: target.name,
    kind: 'error',
    state: isFlaky ? 'flaky' : 'found',
    origin,
    errorName: typeof error?.name === 'string' ? error.name : origin.errorClass,
    message: typeof error?.message === 'string' ? error.message : String(failure.error),
    input: runner.argumentsText(stringify),
    ...source,
    blob,
    choices: countChoices(choices),
    replayCommand: commandFor(target, blob),
    ...(explanation === undefined ? {} : { explanation }),
    ...(reruns > 0 ? { reruns: { runs: reruns, fails: failed } } : {}),
    foundBy: 'jest',
    host: os.hostname(),
    firstSeenAt: now,
    lastSeenAt: now,
  };
}

/** A shell command that runs the target on one input only. */
export function commandFor(target: OrdinaryTarget, blob: string): string {
  return replayCommand(target.file, target.name, replayToken(blob, target.file, target.name, target.ordinal));
}
