import { toBlob } from '../../../src/choice/encoding';
import type { Random } from '../../../src/choice/random';
import type { RecordedFailure } from '../../../src/fuzz/failureList';
import type { TargetId } from '../../../src/protocol/target';
import type { FoundTarget } from '../../channel/messages';
import type { Check, CheckParameters, FastCheckCopy } from '../../fastCheck/fastCheckHook';
import { checkOneInput, passedDetails } from '../../fastCheck/runDetails';
import type { TargetLoop } from '../loop/targetLoop';
import type { ThreadTools } from '../loop/threadTools';
import type { FoundTargets } from './foundTargets';
import type { RunningProperty } from './runningProperty';

/** One call of `fc.assert` or `fc.check` by a test. */
export interface CheckCall {
  /** fast-check's own `check`. */
  readonly original: Check;
  readonly property: CheckedProperty;
  /** The parameters of the call. A parameter that the call does not have is taken from `fc.configureGlobal`. */
  readonly parameters: CheckParameters;
  readonly copy: FastCheckCopy;
}

/** The part of a property that is used here. A custom property may lack `isAsync`. */
export interface CheckedProperty {
  readonly arb: object;
  isAsync?(): boolean;
}

/** The parts of a loaded test file that its check calls use. */
export interface CheckContext {
  readonly tools: ThreadTools;
  /** Test file relative to the root. */
  readonly file: string;
  /** Targets that must not be run. */
  readonly held: ReadonlySet<TargetId>;
  readonly targets: FoundTargets;
  readonly running: RunningProperty;
  /** Source of the choices that a replayed input lacks. */
  readonly replayRandom: Random;
}

/** fast-check's default number of runs. An ordinary pass runs each property this many times. */
export const ORDINARY_RUNS = 100;

/** Limit of one input in milliseconds: the limit of the property, or else the limit of its test. */
export function timeoutOf(parameters: CheckParameters, target: FoundTarget): number {
  return parameters.timeout ?? target.inputTimeoutMs;
}

/** What `check` returns when the property has passed; nothing is run. */
export function passCheck({ property, parameters }: CheckCall): unknown {
  const details = passedDetails(parameters, parameters.numRuns ?? ORDINARY_RUNS);
  return property.isAsync?.() === true ? Promise.resolve(details) : details;
}

/** Fails through fast-check's own check, so that the test sees the same result as without us. */
export function failCheck(
  { original, property, parameters }: CheckCall,
  { tools, replayRandom }: CheckContext,
  { target, inputs }: TargetLoop,
  { choices, shrinks }: RecordedFailure,
): unknown {
  tools.stackTraces.mapped = true;
  return checkOneInput(
    original,
    property,
    { ...parameters, timeout: timeoutOf(parameters, target) },
    { choices, blob: toBlob(choices), inputs, shrinks },
    replayRandom,
  );
}
