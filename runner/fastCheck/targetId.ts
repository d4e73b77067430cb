import type { TargetId } from '../../src/protocol/target';

/** Names the check call `ordinal` of a test: stable across machines, runs and edits of the test's body. */
export function targetIdOf(file: string, fullName: string, ordinal: number): TargetId {
  return `${file} :: ${testNameOf(fullName)} :: ${ordinal}`;
}

/** The name of a test without the seed that @fast-check/jest adds, another one in each run. */
export function testNameOf(name: string): string {
  return name.replace(/ \(with seed=-?\d+\)/g, '');
}
