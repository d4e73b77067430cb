import { decodeChoices } from '../../src/choice/encoding';
import { isLateErrorOrigin } from '../../src/failure/lateErrorOrigin';
import type { KnownFailure } from '../channel/messages';
import type { TargetLoop } from './loop/targetLoop';

/**
 * Gives a loop the known failures of its target. Failures that this thread does not know yet are replayed, unless
 * another process works on them.
 */
export function useKnownFailures(loop: TargetLoop, known: readonly KnownFailure[]): void {
  for (const { originKey, choices, state, isExplained } of known.filter((one) => !isHeldElsewhere(loop, one))) {
    if (loop.replayed.has(originKey)) continue;
    loop.replayed.add(originKey);
    // This thread has found the failure itself.
    if (loop.fuzzer.failures.get(originKey) !== undefined) continue;
    if (isLateErrorOrigin(originKey)) loop.lateErrors?.watch();
    loop.fuzzer.replay({ originKey, choices: decodeChoices(choices), isFlaky: state === 'flaky', isExplained });
  }
}

/** By loop, then by origin key: the state of a held failure that the fuzzer got last. */
const lastHeld = new WeakMap<TargetLoop, Map<string, string>>();

/**
 * Whether another process holds the failure, so that it is not run again here. Gives the fuzzer the state that the
 * failure has in that process, when it has changed.
 */
function isHeldElsewhere(loop: TargetLoop, { originKey, choices, held }: KnownFailure): boolean {
  const states = lastHeld.get(loop) ?? new Map<string, string>();
  lastHeld.set(loop, states);
  const { fuzzer } = loop;
  if (!held) {
    if (states.delete(originKey)) fuzzer.failureProcessor.release(originKey);
    return false;
  }
  // A failure that was made simpler is given once for each input.
  const state = held.type === 'working' ? 'working' : Buffer.from(choices).toString('base64');
  if (states.get(originKey) === state) return true;
  states.set(originKey, state);
  if (held.type === 'working') fuzzer.failureProcessor.hold(originKey);
  else fuzzer.failureProcessor.know({ ...held, choices: decodeChoices(choices) });
  return true;
}
