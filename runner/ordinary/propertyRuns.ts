import type { Choices } from '../../src/choice/choices';
import { Random } from '../../src/choice/random';
import { InputRunner, type StartTimer } from '../../src/property/inputRunner';
import { withPlugins } from '../../src/property/withPlugins';
import type { FailedDetails } from './failingInputs';
import type { TargetCall } from './ordinaryTarget';
import { realTimer, type RealGlobals } from './realGlobals';
import { checkOneInput } from '../fastCheck/runDetails';

/** Time limit of an input in milliseconds when the call sets none. */
const INPUT_TIMEOUT_MS = 5000;

/** fast-check's details of a property that passed or failed. */
export type CheckedDetails = FailedDetails & { readonly failed: boolean };

/** Runs the property of a call on given inputs. */
export class PropertyRuns {
  constructor(private readonly real: RealGlobals) {}

  /** A runner with the time limit and the plugins of the call. `seed`: for the inputs that it draws at random. */
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

  /** Runs fast-check's own `check` on one input. Returns its details, or a promise of them; see `checkOneInput`. */
  check(
    { fastCheck, property, parameters }: TargetCall,
    input: { readonly choices: Choices; readonly blob: string; readonly inputs: number; readonly shrinks: number },
  ): unknown {
    return checkOneInput((p, a) => fastCheck.check(p, a), property, parameters, input, new Random(1));
  }
}
