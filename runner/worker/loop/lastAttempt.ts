import type { Choices } from '../../../src/choice/choices';
import type { Comparison } from '../../../src/coverage/comparisons/comparison';
import type { ComparisonLog } from '../../../src/coverage/comparisons/comparisonLog';
import type { Observation, ObservedFailure } from '../../../src/fuzz/attempt';
import type { InputRunner } from '../../../src/property/inputRunner';
import type { Recording } from '../../../src/property/recording';

/** The observation that the fuzzer gets: one object for all attempts, because it is valid only until the next one. */
export class LastAttempt implements Observation {
  status: Observation['status'] = 'passed';
  isRejected = false;
  isMisaligned = false;
  size = 0;
  featureCount = 0;
  failure: ObservedFailure | null = null;
  runner: InputRunner | null = null;
  stringify: (value: unknown) => string = String;

  constructor(
    readonly features: Uint32Array,
    private readonly log: ComparisonLog,
  ) {}

  choices(): Choices {
    return this.runner!.choices();
  }

  recording(): Recording {
    return this.runner!.recording();
  }

  comparisons(): readonly Comparison[] {
    return this.log.take();
  }

  text(): string {
    return this.runner!.argumentsText(this.stringify);
  }
}
