import { simplestBigOf, simplestOf, type Choices, type ChoiceValue } from '../../choice/choices';
import type { ChoiceNode, Recording } from '../../property/recording';

/**
 * Knows the result of some candidates without running them. The choices determine generation, so runs form a tree:
 * after the same choices, the same range is drawn next. `has` follows a candidate down the tree as a replay would read
 * it (a value that does not fit, or is missing, becomes the simplest one). If this reaches the end of an earlier run,
 * the candidate would repeat that run. Inputs with lazy draws (forks) are not followed. The idea is that of the data
 * tree in Hypothesis.
 */
export class KnownRuns {
  readonly #roots: Record<'biased' | 'unbiased', Branch> = { biased: { next: null }, unbiased: { next: null } };

  add({ main, choices }: Recording): void {
    if (choices.forks.length > 0) return;
    let branch = this.#roots[choices.biased ? 'biased' : 'unbiased'];
    for (const node of main.nodes) {
      branch.next ??= { node, branches: new Map() };
      // The same choices led to another range: the property does not draw deterministically and cannot be followed.
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
  // A list may be longer than its drawn range allows. How long is not recorded, so a larger length is looked up as it
  // is.
  const fits = typeof value === 'number' && value >= min && (value <= max || role === 'length');
  return fits ? value : simplestOf(min, max);
}
