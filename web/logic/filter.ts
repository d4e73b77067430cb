import type { TargetSnapshot, TargetStatus } from '../../src/protocol/target';

export type TargetFilter = (target: TargetSnapshot) => boolean;

const STATUSES: readonly TargetStatus[] = ['waiting', 'fuzzing', 'exhausted', 'blocked'];

/**
 * Reads the text of the filter box. A target matches if its file or test name contains each word, in upper or lower
 * case; `"two words"` count as one word. `status:blocked` and `is:failing` test the target's state. A `!` before a word
 * means that the target must not match it.
 */
export function parseFilter(text: string): TargetFilter {
  const words = [...text.matchAll(/(!?)(?:"([^"]*)"?|(\S+))/g)].map(([, not, quoted, word]) => {
    const matches = quoted !== undefined ? nameContains(quoted) : parseWord(word!);
    return not === '!' ? (target: TargetSnapshot) => !matches(target) : matches;
  });
  return (target) => words.every((matches) => matches(target));
}

function parseWord(word: string): TargetFilter {
  const [, key, value] = /^(status|is):(.*)$/i.exec(word.toLowerCase()) ?? [];
  if (key === 'status') {
    // An incomplete word works while the user still types: `status:f` matches `fuzzing`.
    const wanted = STATUSES.filter((status) => status.startsWith(value!));
    return (target) => wanted.includes(target.status);
  }
  if (key === 'is' && value === 'failing') return (target) => target.failures > 0;
  if (key === 'is' && value === 'passing') return (target) => target.failures === 0;
  if (key === 'is' && value === 'unstable') return (target) => target.stability !== null && target.stability < 1;
  return nameContains(word);
}

function nameContains(part: string): TargetFilter {
  const wanted = part.toLowerCase();
  return (target) => `${target.file} ${target.testName}`.toLowerCase().includes(wanted);
}
