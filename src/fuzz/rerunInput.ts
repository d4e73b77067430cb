import type { Choices } from '../choice/choices';
import type { Tail } from '../property/tapeState';
import type { Origin } from '../protocol/origin';
import type { Reruns } from '../protocol/failureRate';
import { RerunCount } from '../search/failingInput';
import type { Attempt, Observation } from './attempt';
import type { FoundInput } from './failureList';

/** The result of running an input several times. */
export interface RerunResult {
  readonly reruns: Reruns;
  /** The first run that failed with the expected origin; null if none did. */
  readonly seen: FoundInput | null;
  /** Another origin with which the input failed at least once; null if there was none. */
  readonly other: Origin | null;
  /** Whether its choices do not fit the property any more: then they now make another input. */
  readonly isMisaligned: boolean;
}

/** An input that takes its whole time limit is run this many times. */
const TIMEOUT_RERUNS = 1;

/**
 * Runs an input `runs` times. `originKey`: the origin that is expected; null to use the origin of the first run that
 * fails. `onFirst` is called at once with the first run that fails with this origin.
 */
export function* rerunInput(
  choices: Choices,
  runs: number,
  originKey: string | null,
  onFirst: (found: FoundInput) => void = () => {},
): Generator<Attempt, RerunResult, Observation> {
  const count = new RerunCount({ sure: runs, unsure: runs });
  let seen: RerunResult['seen'] = null;
  let other: Origin | null = null;
  let isMisaligned = false;
  let key = originKey;
  while (count.needsMore) {
    const again = yield failingAttempt(choices, 'stop');
    isMisaligned ||= again.isMisaligned || again.status === 'overrun';
    const origin = again.failure?.origin() ?? null;
    key ??= origin?.key ?? null;
    const isSame = origin !== null && origin.key === key;
    count.add(isSame);
    if (origin === null) continue;
    if (origin.errorClass === 'timeout') count.limitTo(TIMEOUT_RERUNS);
    if (!isSame) other = origin;
    else if (seen === null) {
      seen = foundInput(again, origin);
      onFirst(seen);
    }
  }
  return { reruns: count.counts, seen, other, isMisaligned };
}

/** An attempt with an input that failed before. */
export function failingAttempt(choices: Choices, tail: Tail): Attempt {
  return { source: { type: 'replay', choices, tail }, isDetailed: true, isFailing: true };
}

function foundInput(seen: Observation, origin: Origin): FoundInput {
  const { errorName, message } = seen.failure!;
  return { origin, errorName, message, input: seen.text(), choices: seen.choices(), size: seen.size };
}
