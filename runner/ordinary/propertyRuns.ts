import type { Choices } from '../../src/choice/choices';
import { Random } from '../../src/choice/random';
import { InputRunner, type StartTimer } from '../../src/property/inputRunner';
import { withPlugins } from '../../src/property/withPlugins';
import type { FailedDetails } from './failingInputs';
import type { TargetCall } from './ordinaryTarget';
import { realTimer, type RealGlobals } from './realGlobals';
import { checkOneInput } from '../fastCheck/runDetails';

/** fast-check's default limit of an input, when Jest's is not known here. */
const INPUT_TIMEOUT_MS = 5000;

/** fast-check's details of a property that was run. */
export type CheckedDetails = FailedDetails & { readonly failed: boolean };

/** Runs the property of a call on inputs of ours. */
export class PropertyRuns {
  constructor(private readonly real: RealGlobals) {}

  /** With the limit that the call sets for each input. `seed`: of what is drawn at random. */
  runnerFor(
    { fastCheck, property, parameters }: TargetCall,
    seed = 1,
    startTimer: StartTimer = realTimer(this.real),
  ): InputRunner {
    const merged = { ...fastCheck.readConfigureGlobal(), ...parameters };
    return new InputRunner(withPlugins(property, merged['plugins']), {
      random: new Random(seed),
      timeout: { ms: merged.timeout ?? INPUT_TIMEOUT_MS, startTimer },
    });
  }

  /** fast-check's details of one input, or a promise of them: see `checkOneInput`. */
  check(
    { fastCheck, property, parameters }: TargetCall,
    input: { readonly choices: Choices; readonly blob: string; readonly inputs: number; readonly shrinks: number },
  ): unknown {
    return checkOneInput((p, a) => fastCheck.check(p, a), property, parameters, input, new Random(1));
  }
}
