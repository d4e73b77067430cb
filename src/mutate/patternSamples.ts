import { sampleRegExp, type SampleRandom } from './regExp/sampleRegExp';

/** At most this many texts are kept for one pattern. */
const KEPT = 16;
/** After enough texts are kept, one request in this many makes a new text. */
const RENEWAL = 8;
/** At most this many patterns with the same flags have kept texts. */
const MOST_PATTERNS = 500;

/**
 * Texts that patterns match. Making a text takes longer than running most properties, so some texts are kept and given
 * again.
 */
export class PatternSamples {
  /** By flags, then by source: joining the two would make a long text, and compute its hash, for each look-up. */
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
