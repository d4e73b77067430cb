import { expect, test } from '@jest/globals';
import type { EdgeKind } from '../../../src/coverage/source/edges';
import { nearestPlaces, type SuspectEdge } from '../../../src/explain/nearestPlaces';

/** Written as `5 a.js:12 if`: the place in the map, the place in the code, the kind. */
function edgeOf(text: string): SuspectEdge {
  const [index, place, kind = 'if'] = text.split(' ');
  const [file, line] = place!.split(':');
  return { index: Number(index), file: file!, line: Number(line), kind: kind as EdgeKind };
}

test.each([
  // Nearest above, then farther above, then below, then other files.
  [
    ['1 a.js:3', '4 a.js:18', '7 a.js:22', '9 b.js:20'],
    ['a.js:18', 'a.js:3', 'a.js:22'],
  ],
  // What follows the first edge of a branch says nothing more.
  [
    ['1 a.js:3', '2 a.js:4', '3 a.js:5', '8 a.js:15'],
    ['a.js:15', 'a.js:3'],
  ],
  // The line of the failure is known.
  [['1 a.js:20'], []],
  // Two on a line are one place.
  [['1 a.js:3', '4 a.js:3'], ['a.js:3']],
  // No places in the code.
  [['1 a.js:3 exception', '2 label:0 label', '5 a.js:4 function'], ['a.js:4']],
])('%j', (edges, places) => {
  const failure = { file: 'a.js', line: 20, column: 1, functionName: null };
  expect(nearestPlaces(edges.map(edgeOf), failure)).toEqual(places);
});

test('without a place of the failure, the first ones', () => {
  const edges = ['1 a.js:3', '4 a.js:18', '7 a.js:22', '9 b.js:20'].map(edgeOf);
  expect(nearestPlaces(edges, null)).toEqual(['a.js:3', 'a.js:18', 'a.js:22']);
});
