import * as fs from 'node:fs';
import * as path from 'node:path';
import { encodeChoices, fromBlob } from '../../src/choice/encoding';
import { corpusFileName, parseCorpusFile, type CommittedInput } from '../../src/patch/corpusFile';

/** The committed inputs of a test file. Never throws; no file means no inputs. */
export function readCommittedInputs(corpusFile: string): {
  readonly inputs: readonly CommittedInput[];
  /** One sentence for the user; null when the file was read, or there is none. */
  readonly warning: string | null;
} {
  let text: string;
  try {
    text = fs.readFileSync(corpusFile, 'utf8');
  } catch {
    return { inputs: [], warning: null };
  }
  try {
    return { inputs: parseCorpusFile(text).inputs, warning: null };
  } catch (error) {
    const reason = (error as Error).message;
    return {
      inputs: [],
      warning: `${corpusFile} is not replayed: ${reason}. Restore it, or promote its failures again.`,
    };
  }
}

/** The committed choices of a target, encoded. Choices that cannot be read are left out. */
export function committedChoices(rootDir: string, targetId: string): Uint8Array[] {
  // `<file> :: <name of the test> :: <ordinal>`, see targetIdOf. The name of a test may contain ` :: ` and line breaks.
  const [, file, test, ordinal] = /^(.*?) :: (.*) :: (\d+)$/s.exec(targetId) ?? [];
  if (file === undefined) return [];
  const { inputs } = readCommittedInputs(path.join(rootDir, corpusFileName(file)));
  return inputs.flatMap((input) => {
    if (input.test !== test || input.ordinal !== Number(ordinal)) return [];
    try {
      return [encodeChoices(fromBlob(input.choices))];
    } catch {
      return [];
    }
  });
}
