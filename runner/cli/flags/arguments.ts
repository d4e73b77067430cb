import { readOptions } from '../../../src/protocol/readOptions';
import { divideCommandLine } from './commandLine';

/** A flag of a command for the database. */
export interface FlagSpec {
  readonly flag: string;
  /** Name of its value in the help; missing for a flag without a value. */
  readonly value?: string;
  readonly help: string;
}

/** The arguments of a command for the database. */
export interface Arguments {
  readonly database: string;
  /** The arguments that are not flags. */
  readonly words: readonly string[];
  /** Value of a flag; null when the flag was not given. */
  value(flag: string): string | null;
  has(flag: string): boolean;
}

/** The arguments that a command takes. */
export interface ArgumentSpec {
  readonly name: string;
  /** The arguments that are not flags, as the help shows them: `<file>`. */
  readonly usage: string;
  readonly words: { readonly least: number; readonly most: number };
  readonly flags: readonly FlagSpec[];
}

export const DATABASE_FLAG: FlagSpec = {
  flag: '--database',
  value: 'url',
  help: 'the database (FUZZ_DATABASE; default .fuzz-runner)',
};

/** Reads the arguments of a command. Throws an Error that names the next step when they do not fit `spec`. */
export function parseArguments(
  spec: ArgumentSpec,
  given: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Arguments {
  const help = `See fuzz-runner ${spec.name} --help.`;
  const values = new Map<string, string>();
  const words: string[] = [];
  const flags = spec.flags.map(({ flag, value }) => ({ flag, hasValue: value !== undefined }));
  for (const { flag, value, isInline, words: written } of divideCommandLine(given, flags)) {
    if (flag === null) {
      words.push(...(written[0] === '--' ? written.slice(1) : written));
      continue;
    }
    const known = spec.flags.find((candidate) => candidate.flag === flag);
    if (known === undefined) {
      throw new Error(`fuzz-runner ${spec.name} does not know ${JSON.stringify(flag)}. ${help}`);
    }
    if (known.value === undefined && isInline) {
      throw new Error(`${flag} takes no value, but received ${JSON.stringify(written[0])}. ${help}`);
    }
    if (known.value !== undefined && (value === undefined || value === '')) {
      throw new Error(`${flag} needs a value: ${known.help}. ${help}`);
    }
    values.set(flag, value ?? '');
  }
  const { least, most } = spec.words;
  if (words.length < least || words.length > most) {
    const received = words.length === 0 ? 'nothing' : words.map((word) => JSON.stringify(word)).join(' ');
    throw new Error(`Expected: fuzz-runner ${spec.name} ${spec.usage}, but received ${received}. ${help}`);
  }
  return {
    database: values.get('--database') ?? readOptions(env).database,
    words,
    value: (flag) => values.get(flag) ?? null,
    has: (flag) => values.has(flag),
  };
}
