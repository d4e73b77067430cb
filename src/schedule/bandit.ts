/**
 * Shares time between targets by how many new behaviors each still finds.
 *
 * Model: an arm finds new behaviors at an unknown rate per second (a Poisson process). The caller chooses the seconds.
 * Older observations lose weight exponentially, because the rate falls while the target is explored. The belief about
 * the rate is then Gamma(discoveries + 1/2, seconds). An arm is chosen by Thompson sampling: draw a rate for every arm
 * from its belief, and take the arm with the highest. An arm that was never tried, or was not tried for a long time,
 * has a wide belief. So it is chosen again, and no arm is ever given up.
 *
 * Only the two constants of time below can be tuned.
 */

/** After this many seconds, the observations of an arm count half. */
const HALF_LIFE_SECONDS = 20;

/** The belief about an untried arm begins with this many seconds. They decide how much a first discovery counts. */
const PRIOR_SECONDS = 0.1;

/** Shape of the belief before any discovery (Jeffreys' prior for a Poisson rate). */
const PRIOR_DISCOVERIES = 0.5;

export class Bandit<Arm> {
  private readonly beliefs = new Map<Arm, { discoveries: number; seconds: number }>();

  /** Records a slice of `arm`: the new behaviors that it found, and its seconds. */
  learn(arm: Arm, discoveries: number, seconds: number): void {
    const belief = this.beliefs.get(arm) ?? { discoveries: 0, seconds: 0 };
    const keep = 2 ** (-seconds / HALF_LIFE_SECONDS);
    this.beliefs.set(arm, {
      discoveries: belief.discoveries * keep + discoveries,
      seconds: belief.seconds * keep + seconds,
    });
  }

  /** Chooses one of `arms`; undefined when there are none. `random` gives numbers in [0, 1). */
  choose(arms: Iterable<Arm>, random: () => number): Arm | undefined {
    let best: Arm | undefined;
    let bestRate = -1;
    for (const arm of arms) {
      const belief = this.beliefs.get(arm);
      const rate =
        sampleGamma((belief?.discoveries ?? 0) + PRIOR_DISCOVERIES, random) / ((belief?.seconds ?? 0) + PRIOR_SECONDS);
      if (rate > bestRate) {
        best = arm;
        bestRate = rate;
      }
    }
    return best;
  }

  /** The mean of the belief about an arm, in new behaviors per CPU second. */
  expectedRate(arm: Arm): number {
    const belief = this.beliefs.get(arm);
    return ((belief?.discoveries ?? 0) + PRIOR_DISCOVERIES) / ((belief?.seconds ?? 0) + PRIOR_SECONDS);
  }
}

/**
 * A sample of Gamma(shape, 1). Method of Marsaglia and Tsang, "A simple method for generating gamma variables"
 * (2000), with their boost for shapes below 1.
 */
export function sampleGamma(shape: number, random: () => number): number {
  if (shape < 1) return sampleGamma(shape + 1, random) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = sampleNormal(random);
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    const u = 1 - random();
    if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** A sample of the standard normal distribution, by the method of Box and Muller. */
function sampleNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
