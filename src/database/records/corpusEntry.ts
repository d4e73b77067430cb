import type { CodeTag } from '../../protocol/failure';
import type { TargetId } from '../../protocol/target';

/** An input that is kept because it covers something. */
export interface CorpusEntry {
  readonly targetId: TargetId;
  /** The encoded choice sequence. */
  readonly choices: Uint8Array;
  /** Ids of the behaviors it was kept for, 16 hex digits each. */
  readonly behaviors: readonly string[];
  /** True when a search for a smaller input that covers the same found none. */
  readonly isOptimal: boolean;
  /** The code that found it; missing in entries of older versions. */
  readonly from?: CodeTag;
}
