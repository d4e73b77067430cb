/**
 * The events that the runner sends to the reporter, the database and the browser.
 *
 * Every event is a keyed upsert with absolute values: applying one twice, or late, does no harm.
 * A snapshot is the list of the latest events, so snapshot and stream have the same types.
 * All values are plain JSON. Times called `At` are epoch milliseconds.
 */

import type { FailureSnapshot } from './failure';
import type { NotCollected } from './notCollected';
import type { FuzzerSnapshot, RunSnapshot, WorkerSnapshot } from './run';
import type { CoveragePoint, TargetSnapshot } from './target';

/** Rises with each change after which an old page no longer understands a new server. */
export const PROTOCOL_VERSION = 1;

export type FuzzEvent =
  | { readonly type: 'run'; readonly run: RunSnapshot }
  | { readonly type: 'fuzzer'; readonly fuzzer: FuzzerSnapshot }
  | { readonly type: 'target'; readonly target: TargetSnapshot }
  | { readonly type: 'failure'; readonly failure: FailureSnapshot }
  | { readonly type: 'not-collected'; readonly entry: NotCollected }
  | { readonly type: 'worker'; readonly worker: WorkerSnapshot }
  | { readonly type: 'point'; readonly point: CoveragePoint }
  | { readonly type: 'notice'; readonly notice: Notice };

/** A message that the user should read once. */
export interface Notice {
  readonly id: string;
  readonly level: 'info' | 'warning' | 'error';
  readonly message: string;
  readonly at: number;
}
