import type { ComparisonLog } from '../../../src/coverage/comparisons/comparisonLog';
import type { CoverageMap } from '../../../src/coverage/coverageMap';
import type { ProbeOp } from '../../../src/coverage/comparisons/findings';
import type { OperandListener } from './fastExpect';
import { FAST_MATCHERS } from './fastMatchers';

/** Not the name of a file: files are known by their paths. */
const KEY = 'assertions of expect';

/** Records what assertions compare as if tests did, at one site of a file of no edges for each kind of comparison. */
export function assertionOperands(coverage: CoverageMap, log: ComparisonLog): OperandListener {
  const ops = [...new Set(Object.values(FAST_MATCHERS).map(({ op }) => op))].filter((op): op is ProbeOp => op !== null);
  coverage.register({ key: KEY, file: KEY, edges: [], sites: ops.map((op) => ({ op, line: 0, column: 0 })) });
  const { compare } = coverage.open(KEY, 0);
  return {
    isOn: () => log.flag[0] === 1,
    compare: (op, left, right) => compare(ops.indexOf(op), left, right),
  };
}
