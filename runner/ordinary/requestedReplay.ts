import { countChoices } from '../../src/choice/choices';
import type { InputRunner, Outcome } from '../../src/property/inputRunner';
import { isForFile, isForProperty, parseReplayToken, type ReplayToken } from '../replay/replayToken';

/**
 * The input that the variable `FUZZ_REPLAY` asks for. If the input cannot be replayed, this is an error: a replay that
 * silently ran nothing would look like a fixed bug.
 */
export class RequestedReplay {
  private readonly token: ReplayToken | Error | null;
  private isDone = false;
  /** The properties that ran, but for which the input was not made. */
  private readonly others: string[] = [];

  /** `text`: value of the variable, `''` when it is not set. `file`: the test file, relative to the root directory. */
  constructor(
    text: string,
    private readonly file: string,
  ) {
    this.token = text.trim() === '' ? null : readToken(text);
  }

  /** The input if it was made for this property, else null. Throws when the variable cannot be read. */
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

  /** Called when all tests of the file have run. Throws when the input was made for this file and did not run. */
  finish(): void {
    const { token, file } = this;
    if (this.isDone || token === null || token instanceof Error || !isForFile(token, file)) return;
    const ran = this.others.length === 0 ? 'none' : this.others.slice(0, 5).join(', ');
    throw new Error(
      `FUZZ_REPLAY was not replayed: no property that ran in ${file} matches this replay token (${ran} ran). ` +
        'Its test may have been renamed, or left out by -t, or may have other calls of fc.assert before it now. ' +
        'Fuzz again, or give the input of the report to the property as an example.',
    );
  }
}

/** Why the input that `runner` has just run is not the input of the token; null when it is. `input`: as printed. */
export function misfit(runner: InputRunner, token: ReplayToken, outcome: Outcome, input: string): string | null {
  const [stored, drawn] = [countChoices(token.choices), countChoices(runner.choices())];
  const wrong = runner.tape.misaligned;
  if (outcome.status === 'invalid') return `FUZZ_REPLAY no longer fits: fc.pre or a filter rejects its input ${input}.`;
  if (wrong === 0 && stored === drawn && outcome.status !== 'overrun') return null;
  const what =
    wrong > 0
      ? `${wrong} of its ${stored} choices are out of range`
      : `it has ${stored} choices, the property drew ${drawn}`;
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
