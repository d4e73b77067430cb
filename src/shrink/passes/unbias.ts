import type { Fork } from '../../choice/choices';
import { encodeValue } from '../../property/encodeValue';
import type { Track } from '../../property/recording';
import type { Attempts } from '../attempts/attempts';
import type { Steps } from '../attempts/steps';

/**
 * Removes fast-check's bias coins. First it tries to find unbiased choices for the same value. Otherwise it sets coins
 * that decided for bias to 0, one by one. After some coins, the choice of a range follows: it tries with and without
 * this choice. At last it leaves out all coins.
 */
export function* unbias(attempts: Attempts): Steps<void> {
  if (!attempts.best.choices.biased) return;
  const [whole] = attempts.best.main.spans;
  const encoded = whole === undefined ? null : encodeValue(whole.arbitrary, whole.value);
  if (encoded !== null && (yield* attempts.attempt(encoded))) return;
  for (const path of attempts.paths()) {
    for (let index = attempts.track(path).nodes.length - 1; index >= 0; index -= 1) {
      const node = attempts.track(path).nodes[index];
      if (node?.role !== 'coin' || node.value !== 1) continue;
      if (yield* attempts.attemptSplice(path, index, index + 2, [0])) continue;
      yield* attempts.attemptSplice(path, index, index + 1, [0]);
    }
  }
  yield* attempts.attempt({ ...withoutCoins(attempts.best.main), biased: false });
}

function withoutCoins({ nodes, forks }: Track): Fork {
  return {
    values: nodes.filter((node) => node.role !== 'coin').map((node) => node.value),
    forks: forks.map((fork) => (fork === null ? null : withoutCoins(fork))),
  };
}
