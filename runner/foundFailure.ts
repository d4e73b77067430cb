import * as os from 'node:os';
import { createHash } from 'node:crypto';
import { countChoices, type Choices } from '../src/choice/choices';
import { toBlob } from '../src/choice/encoding';
import type { JournalFailure } from '../src/database/journal';
import type { InputRunner } from '../src/property/inputRunner';
import type { Origin } from '../src/protocol/events';
import { inputSource } from './inputSource';
import type { OrdinaryTarget } from './ordinaryTarget';
import { replayCommand } from './replayCommand';
import { replayToken } from './replayToken';

/** A failure as an ordinary run writes it into the journal. `runner` makes its input anew. */
export function foundFailure(
  target: OrdinaryTarget,
  failure: { readonly origin: Origin; readonly error: unknown; readonly choices: Choices; readonly isFlaky: boolean },
  runner: InputRunner,
  stringify: (value: unknown) => string,
): JournalFailure {
  const { origin, choices, isFlaky } = failure;
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
    foundBy: 'jest',
    host: os.hostname(),
    firstSeenAt: now,
    lastSeenAt: now,
  };
}

/** A shell command that runs one input only. */
export function commandFor(target: OrdinaryTarget, blob: string): string {
  return replayCommand(target.file, target.name, replayToken(blob, target.file, target.name, target.ordinal));
}
