import type { TargetId } from '../../src/protocol/target';

/**
 * The id of the check call `ordinal` (from 0) of a test. It is the same on all machines and in all runs, also after an
 * edit of the test's body that does not change the order of its calls.
 */
export function targetIdOf(file: string, fullName: string, ordinal: number): TargetId {
  return `${file} :: ${testNameOf(fullName)} :: ${ordinal}`;
}

/** The name of a test without the seed that @fast-check/jest adds, because this seed changes with each run. */
export function testNameOf(name: string): string {
  return name.replace(/ \(with seed=-?\d+\)/g, '');
}
