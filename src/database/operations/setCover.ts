/** A set that may be chosen. */
export interface Candidate {
  /** The items that it covers, each once. */
  readonly covers: readonly string[];
  /** If two candidates cover the same number of items, the cheaper one is chosen. */
  readonly cost: number;
}

/**
 * The indices of few candidates that together cover all items. Greedy algorithm: it takes the candidate that covers
 * most of the items that are left, again and again (at most ln(n) + 1 times as many as needed). Then it removes
 * candidates whose items are all covered by other chosen ones.
 */
export function setCover(candidates: readonly Candidate[]): number[] {
  const left = new Set(candidates.flatMap(({ covers }) => covers));
  // Candidates by their last known gain. A gain never grows, so a candidate whose gain is still the highest after it
  // was computed again is the best one.
  const byGain: number[][] = [];
  const order = candidates.map((_, index) => index).sort((a, b) => candidates[b]!.cost - candidates[a]!.cost || b - a);
  for (const index of order) (byGain[candidates[index]!.covers.length] ??= []).push(index);
  const chosen: number[] = [];
  for (let gain = byGain.length - 1; gain > 0 && left.size > 0; gain -= 1) {
    // The cheapest candidate is last. Candidates whose gain has fallen to this gain are among them.
    const here = (byGain[gain] ?? []).sort((a, b) => candidates[b]!.cost - candidates[a]!.cost || b - a);
    for (let index = here.pop(); index !== undefined; index = here.pop()) {
      const now = candidates[index]!.covers.filter((item) => left.has(item)).length;
      if (now < gain) {
        if (now > 0) (byGain[now] ??= []).push(index);
        continue;
      }
      chosen.push(index);
      for (const item of candidates[index]!.covers) left.delete(item);
    }
  }
  return withoutRedundant(candidates, chosen);
}

/** Removes chosen candidates, the most expensive first, if the rest covers all their items. */
function withoutRedundant(candidates: readonly Candidate[], chosen: readonly number[]): number[] {
  const times = new Map<string, number>();
  for (const index of chosen) {
    for (const item of candidates[index]!.covers) times.set(item, (times.get(item) ?? 0) + 1);
  }
  const byCost = [...chosen].sort((a, b) => candidates[b]!.cost - candidates[a]!.cost || b - a);
  const kept = new Set(chosen);
  for (const index of byCost) {
    const { covers } = candidates[index]!;
    if (!covers.every((item) => times.get(item)! > 1)) continue;
    kept.delete(index);
    for (const item of covers) times.set(item, times.get(item)! - 1);
  }
  return [...kept].sort((a, b) => a - b);
}
