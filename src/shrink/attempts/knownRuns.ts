import { simplestBigOf, simplestOf, type Choices, type ChoiceValue } from '../../choice/choices';
import type { ChoiceNode, Recording } from '../../property/recording';

/**
 * What candidates are known to do without running them. Generation is determined by its choices, so runs form a
 * tree: at the same place after the same choices the same range is drawn. A candidate is followed down the tree as
 * a replay would read it (values that do not fit become the simplest, missing ones too); if it arrives at the end
 * of a run, it is that run. Inputs that draw lazily (forks) are not followed. Hypothesis has the same idea as its
 * data tree.
 */
export class KnownRuns {
  readonly #roots: Record<'biased' | 'unbiased', Branch> = { biased: { next: null }, unbiased: { next: null } };

  add({ main, choices }: Recording): void {
    if (choices.forks.length > 0) return;
    let branch = this.#roots[choices.biased ? 'biased' : 'unbiased'];
    for (const node of main.nodes) {
      branch.next ??= { node, branches: new Map() };
      // A property that draws differently after the same choices cannot be followed.
      if (branch.next.node.min !== node.min || branch.next.node.max !== node.max) return;
      let following = branch.next.branches.get(node.value);
      if (following === undefined) {
        following = { next: null };
        branch.next.branches.set(node.value, following);
      }
      branch = following;
    }
    branch.isEnd = true;
  }

  has(candidate: Choices): boolean {
    if (candidate.forks.length > 0) return false;
    let branch: Branch | undefined = this.#roots[candidate.biased ? 'biased' : 'unbiased'];
    for (let index = 0; branch !== undefined; index += 1) {
      if (branch.isEnd === true) return true;
      if (branch.next === null) return false;
      branch = branch.next.branches.get(asRead(branch.next.node, candidate.values[index]));
    }
    return false;
  }
}

interface Branch {
  next: { readonly node: ChoiceNode; readonly branches: Map<ChoiceValue, Branch> } | null;
  isEnd?: boolean;
}

function asRead({ min, max, role }: ChoiceNode, value: ChoiceValue | undefined): ChoiceValue {
  if (role === 'coin') return value === 1 ? 1 : 0;
  if (typeof min === 'bigint' || typeof max === 'bigint') {
    const fits = typeof value === 'bigint' && value >= min && value <= max;
    return fits ? value : simplestBigOf(BigInt(min), BigInt(max));
  }
  // Lists may be longer than what is drawn; how long is not recorded, so such a value is only looked up.
  const fits = typeof value === 'number' && value >= min && (value <= max || role === 'length');
  return fits ? value : simplestOf(min, max);
}
