import type { TargetSnapshot } from '../../src/protocol/target';

/** The columns of the table by their names in the URL. */
export const COLUMNS = {
  name: (target: TargetSnapshot) => target.testName,
  status: (target: TargetSnapshot) => target.status,
  inputs: (target: TargetSnapshot) => target.inputs,
  behaviors: (target: TargetSnapshot) => target.behaviors,
  rate: (target: TargetSnapshot) => inputsPerSecond(target) ?? -1,
  quiet: (target: TargetSnapshot) => sinceNewBehaviorSeconds(target) ?? -1,
  corpus: (target: TargetSnapshot) => target.corpusSize,
  stability: (target: TargetSnapshot) => target.stability ?? 2,
  failures: (target: TargetSnapshot) => target.failures,
} as const satisfies Record<string, (target: TargetSnapshot) => number | string>;

export type ColumnName = keyof typeof COLUMNS;

export interface Sort {
  readonly column: ColumnName;
  readonly isDescending: boolean;
}

/** Failing targets first, because the user looks for those. Ties are sorted by id, so that rows stay where they are. */
export const DEFAULT_SORT: Sort = { column: 'failures', isDescending: true };

export function parseSort(text: string): Sort {
  const column = text.replace(/^-/, '');
  return Object.hasOwn(COLUMNS, column)
    ? { column: column as ColumnName, isDescending: text.startsWith('-') }
    : DEFAULT_SORT;
}

export function formatSort(sort: Sort): string {
  const isDefault = sort.column === DEFAULT_SORT.column && sort.isDescending === DEFAULT_SORT.isDescending;
  return isDefault ? '' : `${sort.isDescending ? '-' : ''}${sort.column}`;
}

/**
 * The sort after a click on the head of a column. Numbers begin with the largest, words with the first, and the
 * stability with the lowest.
 */
export function nextSort(present: Sort, column: ColumnName): Sort {
  if (present.column === column) return { column, isDescending: !present.isDescending };
  return { column, isDescending: column !== 'name' && column !== 'status' && column !== 'stability' };
}

export function sortTargets(targets: Iterable<TargetSnapshot>, sort: Sort): TargetSnapshot[] {
  const key = COLUMNS[sort.column];
  const sign = sort.isDescending ? -1 : 1;
  return [...targets].sort((a, b) => sign * compare(key(a), key(b)) || compare(a.id, b.id));
}

function compare(a: number | string, b: number | string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Inputs per CPU second over the whole run; null before the first input. */
export function inputsPerSecond(target: TargetSnapshot): number | null {
  return target.cpuSeconds > 0 ? target.inputs / target.cpuSeconds : null;
}

/** CPU seconds of the target since it last showed a new behavior; null before the first behavior. */
export function sinceNewBehaviorSeconds(target: TargetSnapshot): number | null {
  return target.lastNewBehavior === null ? null : Math.max(0, target.cpuSeconds - target.lastNewBehavior.cpuSeconds);
}
