/**
 * A committed corpus: failing inputs of one test file that are kept forever and replayed before all other inputs.
 * People review this file, so it has one record for each input, in a fixed order, and shows the arguments beside the
 * choices.
 */
export interface CorpusFile {
  readonly version: 1;
  readonly inputs: readonly CommittedInput[];
}

export interface CommittedInput {
  /** Full name of the test, describe blocks first. */
  readonly test: string;
  /** Which check call of the test, from 0. */
  readonly ordinal: number;
  /** The arguments when the input was added. Only shown, never read. */
  readonly input: string;
  /** The error when the input was added. Only shown, never read. */
  readonly error: string;
  /** The choice sequence as text. Only this is replayed. */
  readonly choices: string;
}

/** The folder of all committed corpora, in the root directory. */
const CORPUS_FOLDER = 'fuzz-corpus';

/** Longer texts are cut, because the choices have the whole input. */
const MAX_TEXT = 500;

/** The path of the corpus of a test file. Both paths are relative to the root, with forward slashes. */
export function corpusFileName(testFile: string): string {
  return `${CORPUS_FOLDER}/${testFile}.json`;
}

/** Reads a corpus. Throws an Error that says what is wrong. */
export function parseCorpusFile(text: string): CorpusFile {
  const { version, inputs } = (JSON.parse(text) ?? {}) as { version?: unknown; inputs?: unknown };
  if (version !== 1) throw new Error(`expected version 1 but received ${JSON.stringify(version)}`);
  if (!Array.isArray(inputs) || !inputs.every(isCommittedInput)) throw new Error('an input has missing fields');
  return { version, inputs };
}

export function formatCorpusFile({ version, inputs }: CorpusFile): string {
  return `${JSON.stringify({ version, inputs }, null, 2)}\n`;
}

/** Adds inputs. Inputs that the corpus already has stay as they are. The result is sorted, whatever came first. */
export function addToCorpus(corpus: CorpusFile, added: readonly CommittedInput[]): CorpusFile {
  const byKey = new Map<string, CommittedInput>();
  for (const one of [...corpus.inputs, ...added.map(shortened)]) {
    const key = JSON.stringify([one.test, one.ordinal, one.choices]);
    if (!byKey.has(key)) byKey.set(key, one);
  }
  return { version: 1, inputs: [...byKey.values()].sort(byPlace) };
}

export const EMPTY_CORPUS: CorpusFile = { version: 1, inputs: [] };

function shortened(one: CommittedInput): CommittedInput {
  return { ...one, input: cut(one.input), error: cut(one.error.split('\n')[0]!) };
}

function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`;
}

function byPlace(a: CommittedInput, b: CommittedInput): number {
  if (a.test !== b.test) return a.test < b.test ? -1 : 1;
  if (a.ordinal !== b.ordinal) return a.ordinal - b.ordinal;
  if (a.choices.length !== b.choices.length) return a.choices.length - b.choices.length;
  return a.choices < b.choices ? -1 : 1;
}

function isCommittedInput(value: unknown): value is CommittedInput {
  const { test, ordinal, input, error, choices } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return [test, input, error, choices].every((text) => typeof text === 'string') && typeof ordinal === 'number';
}
