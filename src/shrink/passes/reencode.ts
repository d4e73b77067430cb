import { encodeValue } from '../../property/encodeValue';
import type { Attempts } from '../attempts/attempts';
import type { Steps } from '../attempts/steps';
import { isSimplest } from '../attempts/values';

/**
 * Generates the value of a later branch of `oneof` by an earlier branch that can also generate it: a constant by a
 * range that contains it, or by a free text, from which later passes can remove what does not matter.
 */
export function* reencode(attempts: Attempts): Steps<void> {
  for (const path of attempts.paths()) {
    for (let place = 0; place < attempts.track(path).spans.length; place += 1) {
      const { nodes, spans } = attempts.track(path);
      const { arbitrary, value, start, end } = spans[place]!;
      const node = nodes[start];
      if (node?.role !== 'selector' || start === end || isSimplest(node)) continue;
      const encoded = encodeValue(arbitrary, value);
      if (encoded !== null) yield* attempts.attemptPart(path, start, end, encoded);
    }
  }
}
