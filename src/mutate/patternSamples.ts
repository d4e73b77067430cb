import { sampleRegExp, type SampleRandom } from './regExp/sampleRegExp';

/** Texts kept for one pattern. */
const KEPT = 16;
/** Once enough texts are kept, one request in this many makes a new one. */
const RENEWAL = 8;
/** Patterns with the same flags for which texts are kept. */
const MOST_PATTERNS = 500;

/** Texts that patterns match. Making one takes longer than running most properties: some are kept and given again. */
export class PatternSamples {
  /** By flags, then by source: to join the two would make a long text, and its hash, for each look-up. */
  readonly #kept = new Map<string, Map<string, (string | null)[]>>();

  /** A text that the pattern matches; null if none was found. */
  sample(source: string, flags: string, random: SampleRandom): string | null {
    const kept = this.#keptFor(source, flags);
    const isFull = kept.length >= KEPT;
    if (isFull && random.below(RENEWAL) > 0) return kept[random.below(KEPT)]!;
    const sample = sampleRegExp(source, flags, random);
    if (isFull) kept[random.below(KEPT)] = sample;
    else kept.push(sample);
    return sample;
  }

  #keptFor(source: string, flags: string): (string | null)[] {
    let bySource = this.#kept.get(flags);
    if (bySource === undefined) {
      bySource = new Map();
      this.#kept.set(flags, bySource);
    }
    let kept = bySource.get(source);
    if (kept === undefined) {
      if (bySource.size >= MOST_PATTERNS) bySource.clear();
      kept = [];
      bySource.set(source, kept);
    }
    return kept;
  }
}
