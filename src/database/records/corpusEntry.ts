import type { CodeTag } from '../../protocol/failure';
import type { TargetId } from '../../protocol/target';

/** An input worth keeping. */
export interface CorpusEntry {
  readonly targetId: TargetId;
  /** The encoded choice sequence; nothing here looks into it. */
  readonly choices: Uint8Array;
  /** Ids of the behaviors it was kept for, 16 hex digits each. */
  readonly behaviors: readonly string[];
  /** True when it was tried and nothing smaller was found that covers the same. */
  readonly isOptimal: boolean;
  /** The code that found it; missing in what older versions saved. */
  readonly from?: CodeTag;
}
