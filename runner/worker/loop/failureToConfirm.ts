import type { RecordedFailure } from '../../../src/fuzz/failureList';
import type { TargetFuzzer } from '../../../src/fuzz/targetFuzzer';

/** A failure whose input the whole test should run now: the test has not failed with this input yet. */
export function failureToConfirm(fuzzer: TargetFuzzer): RecordedFailure | null {
  // A failure that seems new may be a known one that has moved.
  if (fuzzer.isReplaying) return null;
  for (const failure of fuzzer.failures.all()) {
    if (failure.isConfirmed) continue;
    if (failure.state === 'minimal' || failure.state === 'flaky') return failure;
  }
  return null;
}

/** Like `failureToConfirm`, but also for failures that are still being made simpler. */
export function anyUnconfirmed(fuzzer: TargetFuzzer): RecordedFailure | null {
  for (const failure of fuzzer.failures.all()) if (!failure.isConfirmed) return failure;
  return null;
}
