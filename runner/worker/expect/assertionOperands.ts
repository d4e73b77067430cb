import type { ComparisonLog } from '../../../src/coverage/comparisons/comparisonLog';
import type { CoverageMap } from '../../../src/coverage/coverageMap';
import type { ProbeOp } from '../../../src/coverage/comparisons/findings';
import type { OperandListener } from './fastExpect';
import { FAST_MATCHERS } from './fastMatchers';

/** Key and file name in the coverage map. No path of a file is equal to it. */
const KEY = 'assertions of expect';

/**
 * Records what assertions compare, as instrumented code records its own comparisons. In the coverage map, `expect` is a
 * file without edges, with one site for each kind of comparison.
 */
export function assertionOperands(coverage: CoverageMap, log: ComparisonLog): OperandListener {
  const ops = [...new Set(Object.values(FAST_MATCHERS).map(({ op }) => op))].filter((op): op is ProbeOp => op !== null);
  coverage.register({ key: KEY, file: KEY, edges: [], sites: ops.map((op) => ({ op, line: 0, column: 0 })) });
  const { compare } = coverage.open(KEY, 0);
  return {
    isOn: () => log.flag[0] === 1,
    compare: (op, left, right) => compare(ops.indexOf(op), left, right),
  };
}
