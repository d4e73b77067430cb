import * as current from 'fast-check';

type FastCheck = typeof current;

/** The copies of fast-check that the tests run on. Older ones lack some of the functions that the type promises. */
export const FAST_CHECK_VERSIONS: readonly { readonly name: string; readonly fc: FastCheck }[] = [
  { name: '4.x', fc: current },
  { name: '4.0', fc: require('fast-check-4-0') as FastCheck },
  { name: '3.x', fc: require('fast-check-3') as FastCheck },
  { name: '3.0', fc: require('fast-check-3-0') as FastCheck },
];
