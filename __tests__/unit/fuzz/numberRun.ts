import { NO_CHOICES, type Choices } from '../../../src/choice/choices';
import type { Observation } from '../../../src/fuzz/attempt';

export const choicesOf = (value: number): Choices => ({ ...NO_CHOICES, values: [value] });

/** What a run of a property of one number shows that passes and covers nothing. */
export function numberRun(value: number): Observation {
  return {
    status: 'passed',
    isRejected: false,
    isMisaligned: false,
    size: 1,
    features: new Uint32Array(0),
    featureCount: 0,
    failure: null,
    choices: () => choicesOf(value),
    recording: () => ({
      choices: choicesOf(value),
      main: { nodes: [{ value, min: 0, max: 2 ** 40, role: 'value' }], spans: [], forks: [] },
    }),
    comparisons: () => [],
    text: () => `[${value}]`,
  };
}
