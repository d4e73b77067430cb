import type { Attempts } from '../attempts/attempts';
import type { Steps } from '../attempts/steps';
import { isSimplest, simplestIn } from '../attempts/values';

/** Numbers of simplest values that are tried in the place of a longer part. */
const SHORT_LENGTHS = [1, 2, 3];

/** Gives whole parts of the input their simplest value, larger parts first. */
export function* simplestSpans(attempts: Attempts): Steps<void> {
  for (const path of attempts.paths()) {
    const tried = new Set<string>();
    for (let place = 0; place < attempts.track(path).spans.length; place += 1) {
      const { nodes, spans } = attempts.track(path);
      const { start, end } = spans[place]!;
      const key = `${start} ${end}`;
      const part = nodes.slice(start, end);
      if (tried.has(key) || part.length < 2 || part.every(isSimplest)) continue;
      tried.add(key);
      const simplest = part.map(simplestIn);
      for (const length of SHORT_LENGTHS) {
        if (length >= part.length) break;
        if (yield* attempts.attemptSplice(path, start, end, simplest.slice(0, length))) break;
      }
      // An attempt may have changed the spans: goes on only if the span at this place has the same range.
      const now = attempts.track(path).spans[place];
      if (now?.start === start && now.end === end) yield* attempts.attemptSplice(path, start, end, simplest);
    }
  }
}
