/** A set that may be chosen. */
export interface Candidate {
  /** What it covers, each once. */
  readonly covers: readonly string[];
  /** Of two that cover as much, the cheaper one is chosen. */
  readonly cost: number;
}

/**
 * Few candidates that cover all that all of them cover, as indices: each time the one that covers most of what is left
 * (the greedy algorithm, at most ln(n) + 1 times the least possible), then without those that the others made needless.
 */
export function setCover(candidates: readonly Candidate[]): number[] {
  const left = new Set(candidates.flatMap(({ covers }) => covers));
  // By gain as it was seen last. A gain never grows: what is still in front after it was looked at again is the best.
  const byGain: number[][] = [];
  const order = candidates.map((_, index) => index).sort((a, b) => candidates[b]!.cost - candidates[a]!.cost || b - a);
  for (const index of order) (byGain[candidates[index]!.covers.length] ??= []).push(index);
  const chosen: number[] = [];
  for (let gain = byGain.length - 1; gain > 0 && left.size > 0; gain -= 1) {
    // The cheapest last; what falls from higher gains is put among them.
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
  return withoutNeedless(candidates, chosen);
}

/** The dearest first: each goes if the rest covers all that it covers. */
function withoutNeedless(candidates: readonly Candidate[], chosen: readonly number[]): number[] {
  const times = new Map<string, number>();
  for (const index of chosen) {
    for (const item of candidates[index]!.covers) times.set(item, (times.get(item) ?? 0) + 1);
  }
  const dear = [...chosen].sort((a, b) => candidates[b]!.cost - candidates[a]!.cost || b - a);
  const kept = new Set(chosen);
  for (const index of dear) {
    const { covers } = candidates[index]!;
    if (!covers.every((item) => times.get(item)! > 1)) continue;
    kept.delete(index);
    for (const item of covers) times.set(item, times.get(item)! - 1);
  }
  return [...kept].sort((a, b) => a - b);
}
