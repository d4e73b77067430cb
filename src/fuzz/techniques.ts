import type { MUTATORS } from '../mutate/mutate';

/** Techniques other than operators of mutation and sources of inputs. */
export const ALL_TECHNIQUES = [
  'input-to-state',
  'operator bandit',
  'arm bandit',
  'rarity',
  'validity',
  'operand states',
  'no repeats',
  'reduction',
  'generalization',
  'fillings',
] as const;

/** A technique that can be switched off, to measure what it is worth (`npm run bench:ablate`). */
export type Technique =
  | (typeof ALL_TECHNIQUES)[number]
  | keyof typeof MUTATORS
  | 'random'
  | 'biased'
  | 'mutate'
  | 'operands';
