/** How often an input failed when it was run again. The run that found the failure does not count. */
export interface Reruns {
  readonly runs: number;
  readonly fails: number;
}

/** A share from 0 to 1, with the bounds of its interval. */
export interface FailureRate {
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

/** Standard deviations of a 95 % interval. */
const Z = 1.959964;

/** The rate with its 95 % interval (Wilson's, which is right for few runs and for rates near 0 and 1). */
export function failureRate({ runs, fails }: Reruns): FailureRate {
  if (runs === 0) return { rate: 0, low: 0, high: 1 };
  const rate = fails / runs;
  const scale = 1 + Z ** 2 / runs;
  const center = (rate + Z ** 2 / (2 * runs)) / scale;
  const half = (Z / scale) * Math.sqrt((rate * (1 - rate)) / runs + Z ** 2 / (4 * runs ** 2));
  return { rate, low: Math.max(0, center - half), high: Math.min(1, center + half) };
}

/** Whether the input passed at least once. */
export function isFlaky({ runs, fails }: Reruns): boolean {
  return fails < runs;
}

/** The rate as text: `failed 3 of 20 runs (15 %, between 5.2 % and 36 %)`. */
export function shortRate(reruns: Reruns): string {
  const { rate, low, high } = failureRate(reruns);
  const { runs, fails } = reruns;
  return `failed ${fails} of ${runs} runs (${percent(rate)}, between ${percent(low)} and ${percent(high)})`;
}

/** The same as a sentence. */
export function rerunsText(reruns: Reruns): string {
  const { runs, fails } = reruns;
  if (isFlaky(reruns)) return `When it was run again, it ${shortRate(reruns)}.`;
  return `It failed ${runs === 1 ? 'the one time' : `each of the ${fails} times`} that it was run again.`;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}
