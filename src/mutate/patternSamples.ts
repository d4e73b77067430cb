import { sampleRegExp, type SampleRandom } from './sampleRegExp';

/** Texts kept for one pattern. */
const KEPT = 16;
/** Of the times a text is asked for and enough are kept, one in this many makes a new one. */
const RENEWAL = 8;
/** Patterns for which texts are kept. */
const MOST_PATTERNS = 500;

/** Texts that patterns match. Making one takes longer than running most properties: some are kept and given again. */
export class PatternSamples {
  readonly #kept = new Map<string, (string | null)[]>();

  /** A text that the pattern matches; null if none was found. */
  sample(source: string, flags: string, random: SampleRandom): string | null {
    const key = `${flags}/${source}`;
    let kept = this.#kept.get(key);
    if (kept === undefined) {
      if (this.#kept.size >= MOST_PATTERNS) this.#kept.clear();
      kept = [];
      this.#kept.set(key, kept);
    }
    const isFull = kept.length >= KEPT;
    if (isFull && random.below(RENEWAL) > 0) return kept[random.below(KEPT)]!;
    const sample = sampleRegExp(source, flags, random);
    if (isFull) kept[random.below(KEPT)] = sample;
    else kept.push(sample);
    return sample;
  }
}
