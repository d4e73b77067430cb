import { parsePattern, type PatternNode } from './regExpPattern';

/** The part of a `Random` that sampling needs. */
export interface SampleRandom {
  below(size: number): number;
}

/** It gives up after this many attempts: look-arounds and anchors hold only by chance. */
const TRIES = 12;
/** In UTF-16 code units. Some patterns take exponential time to test long texts. */
const MAX_LENGTH = 200;
/** At most this many repetitions more than the least number that a quantifier asks for. */
const MAX_EXTRA = 4;

/**
 * A text that the regular expression matches, somewhere or as a whole, or null if none was found after some tries.
 */
export function sampleRegExp(source: string, flags: string, random: SampleRandom): string | null {
  const known = understood(source, flags);
  if (known === null) return null;
  const { pattern, compiled } = known;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    // Later attempts repeat less, because an optional part may keep the text from matching.
    const sampler = new Sampler(random, {
      ignoreCase: flags.includes('i'),
      extra: attempt < TRIES / 2 ? MAX_EXTRA : 1,
    });
    sampler.write(pattern);
    if (sampler.text.length <= MAX_LENGTH && compiled.test(sampler.text)) return sampler.text;
  }
  return null;
}

interface Understood {
  readonly pattern: PatternNode;
  readonly compiled: RegExp;
}

/** At most this many patterns are kept: the same few patterns of the code under test are asked for again and again. */
const MOST_KNOWN = 2000;
const known = new Map<string, Understood | null>();

function understood(source: string, flags: string): Understood | null {
  const key = `${flags}/${source}`;
  let found = known.get(key);
  if (found === undefined) {
    if (known.size >= MOST_KNOWN) known.clear();
    found = understand(source, flags);
    known.set(key, found);
  }
  return found;
}

function understand(source: string, flags: string): Understood | null {
  const pattern = parsePattern(source, flags);
  if (pattern === null) return null;
  try {
    return { pattern, compiled: new RegExp(source, flags.replace(/[gyd]/g, '')) };
  } catch {
    // Flags of a newer engine than this one.
    return null;
  }
}

/** Writes one text for a pattern, left to right. */
class Sampler {
  text = '';
  /** The last text of each group, by its number and by its name. */
  readonly #groups = new Map<number | string, string>();

  constructor(
    private readonly random: SampleRandom,
    private readonly how: { readonly ignoreCase: boolean; readonly extra: number },
  ) {}

  write(node: PatternNode): void {
    if (this.text.length > MAX_LENGTH) return;
    switch (node.type) {
      case 'sequence':
        for (const part of node.parts) this.write(part);
        return;
      case 'alternatives':
        return this.write(node.options[this.random.below(node.options.length)]!);
      case 'repeat': {
        const most = Math.min(node.max, node.min + this.how.extra);
        const count = node.min + this.random.below(most - node.min + 1);
        for (let done = 0; done < count && this.text.length <= MAX_LENGTH; done += 1) this.write(node.body);
        return;
      }
      case 'group': {
        const start = this.text.length;
        this.write(node.body);
        const matched = this.text.slice(start);
        this.#groups.set(node.index, matched);
        if (node.name !== null) this.#groups.set(node.name, matched);
        return;
      }
      case 'backreference':
        this.text += this.#groups.get(node.to) ?? '';
        return;
      case 'characters':
        this.text += this.#characterOf(node);
        return;
      case 'nothing':
    }
  }

  #characterOf({ ranges }: PatternNode & { type: 'characters' }): string {
    if (ranges.length === 0) return '';
    // Draws a range first, and then a character of this range: so each kind of character is equally likely.
    const [from, to] = ranges[this.random.below(ranges.length)]!;
    const character = String.fromCodePoint(from + this.random.below(to - from + 1));
    if (!this.how.ignoreCase || this.random.below(2) === 0) return character;
    const upper = character.toUpperCase();
    return upper === character ? character.toLowerCase() : upper;
  }
}
