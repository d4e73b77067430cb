import { countChoices } from '../../src/choice/choices';
import type { InputRunner, Outcome } from '../../src/property/inputRunner';
import { isForFile, isForProperty, parseReplayToken, type ReplayToken } from '../replay/replayToken';

/**
 * The input that `FUZZ_REPLAY` asks for. What is asked for is done or is an error: a replay that quietly ran nothing
 * would look like a bug that is fixed.
 */
export class RequestedReplay {
  private readonly token: ReplayToken | Error | null;
  private isDone = false;
  private readonly others: string[] = [];

  /** `text`: the variable, `''` when there is none. `file`: the test file, relative to the root. */
  constructor(
    text: string,
    private readonly file: string,
  ) {
    this.token = text.trim() === '' ? null : readToken(text);
  }

  /** The input, when it is for this property. Throws when the variable cannot be read. */
  inputFor(testName: string, ordinal: number): ReplayToken | null {
    const { token } = this;
    if (token === null) return null;
    if (token instanceof Error) throw token;
    if (!isForProperty(token, this.file, testName, ordinal)) {
      this.others.push(`"${testName}"${ordinal === 0 ? '' : ` (call ${ordinal + 1})`}`);
      return null;
    }
    this.isDone = true;
    return token;
  }

  /** All tests of the file have run: throws when the input was for one of them and none took it. */
  finish(): void {
    const { token, file } = this;
    if (this.isDone || token === null || token instanceof Error || !isForFile(token, file)) return;
    const ran = this.others.length === 0 ? 'none' : this.others.slice(0, 5).join(', ');
    throw new Error(
      `FUZZ_REPLAY was not replayed: no property that ran in ${file} is the one that it was made for (${ran} ran). ` +
        'Its test may have been renamed, or left out by -t, or may have other calls of fc.assert before it now. ' +
        'Fuzz again, or give the input of the report to the property as an example.',
    );
  }
}

/** Why a replayed input is not the one that was found; null when it is. To be asked after it has run. */
export function misfit(runner: InputRunner, token: ReplayToken, outcome: Outcome, input: string): string | null {
  const [stored, drawn] = [countChoices(token.choices), countChoices(runner.choices())];
  const wrong = runner.tape.misaligned;
  if (outcome.status === 'invalid') return `FUZZ_REPLAY no longer fits: fc.pre or a filter rejects its input ${input}.`;
  if (wrong === 0 && stored === drawn && outcome.status !== 'overrun') return null;
  const what =
    wrong > 0 ? `${wrong} of its ${stored} choices are out of range` : `it has ${stored} choices of ${drawn}`;
  return (
    `FUZZ_REPLAY no longer fits the arbitraries of this property (${what}), so another input was run: ${input}. ` +
    'The property has changed since; fuzz again.'
  );
}

function readToken(text: string): ReplayToken | Error {
  try {
    return parseReplayToken(text);
  } catch (error) {
    return error as Error;
  }
}
