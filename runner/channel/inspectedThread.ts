import { toBlob } from '../../src/choice/encoding';
import { withoutTexts, type Choices } from '../../src/choice/choices';

/** Symbol (in the registry) of the function that the main thread calls in a thread that it has stopped. */
export const INSPECT_GLOBAL = 'fuzz-runner.inspect@1';

/** What a stopped thread tells of itself. */
export interface Inspected {
  /** Its stack, after source maps. */
  readonly stack: string;
  /** The choices drawn so far for the present input; null when there is none. */
  readonly blob: string | null;
}

/** Most frames of a stack; the place where a recursion began is told by the outermost. */
const FRAMES = 200;

/**
 * What is put under `INSPECT_GLOBAL` in a worker thread. Returns an `Inspected` as JSON. `stackTraces.mapped`: whether
 * stacks that are read from now on go through source maps.
 */
export function inspectThread(stackTraces: { mapped: boolean }, choices: () => Choices | null): () => string {
  return function inspect() {
    const { mapped } = stackTraces;
    const limit = Error.stackTraceLimit;
    stackTraces.mapped = true;
    Error.stackTraceLimit = FRAMES;
    const holder: { stack?: string } = {};
    Error.captureStackTrace(holder, inspect);
    // The first frame is that of the expression that called us.
    const stack = (holder.stack ?? '').replace(/\n {4}at eval \(.*/, '');
    Error.stackTraceLimit = limit;
    stackTraces.mapped = mapped;
    const drawn = choices();
    return JSON.stringify({ stack, blob: drawn === null ? null : toBlob(withoutTexts(drawn)) } satisfies Inspected);
  };
}
