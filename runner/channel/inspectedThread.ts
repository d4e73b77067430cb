import { toBlob } from '../../src/choice/encoding';
import { withoutTexts, type Choices } from '../../src/choice/choices';

/** Symbol (in the registry) of the function that the main thread calls in a thread that it has stopped. */
export const INSPECT_GLOBAL = 'fuzz-runner.inspect@1';

/** The answer of a stopped thread. */
export interface Inspected {
  /** Its stack, with places in the original source files. */
  readonly stack: string;
  /** The choices drawn so far for the current input; null when there is none. */
  readonly blob: string | null;
}

/** A stack has at most this many frames. In a recursion, the outermost frames show where it began. */
const FRAMES = 200;

/**
 * Makes the function that a worker thread has under `INSPECT_GLOBAL`; it returns an `Inspected` as JSON.
 * `stackTraces.mapped`: whether stacks that are read from now on go through source maps.
 */
export function inspectThread(stackTraces: { mapped: boolean }, choices: () => Choices | null): () => string {
  return function inspect() {
    const { mapped } = stackTraces;
    const limit = Error.stackTraceLimit;
    stackTraces.mapped = true;
    Error.stackTraceLimit = FRAMES;
    const holder: { stack?: string } = {};
    Error.captureStackTrace(holder, inspect);
    // The first frame belongs to the expression that called us.
    const stack = (holder.stack ?? '').replace(/\n {4}at eval \(.*/, '');
    Error.stackTraceLimit = limit;
    stackTraces.mapped = mapped;
    const drawn = choices();
    return JSON.stringify({ stack, blob: drawn === null ? null : toBlob(withoutTexts(drawn)) } satisfies Inspected);
  };
}
