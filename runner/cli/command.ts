import { createRequire } from 'node:module';
import * as path from 'node:path';
import { OPTION_SPECS } from '../../src/protocol/options';
import { readOptions } from '../../src/protocol/readOptions';
import { packageVersion } from '../../src/packageVersion';
import { divideCommandLine, type CommandPart, type FlagShape } from './flags/commandLine';
import { runJest } from './jestProcess';
import { OPERATIONS } from './database/names';

/** What the words of a command line ask for. */
export interface Command {
  readonly action: 'fuzz' | 'dashboard' | 'patch' | 'promote' | 'help' | 'version';
  /** Variables that say the same to the runner and the reporter. */
  readonly variables: Readonly<Record<string, string>>;
  /** Everything else: Jest's own arguments, in order. */
  readonly jestArguments: readonly string[];
  /** Of `patch` and `promote`. */
  readonly selection?: PatchSelection;
}

interface PatchSelection {
  failure: string | null;
  isMinimalCovering: boolean;
  output: string | null;
}

/**
 * The `fuzz-runner` command: `jest --runner=fuzz-runner` with its options as flags; `fuzz-runner dashboard` shows the
 * database alone. Returns the exit code.
 */
export async function main(words: readonly string[]): Promise<number> {
  if (OPERATIONS.includes(words[0] ?? '')) {
    // Loaded when one is asked for.
    const { runOperation } = require('./database') as typeof import('./database');
    return runOperation(words, process.cwd(), process.env);
  }
  const command = parseCommand(words);
  const env = { ...process.env, ...command.variables };
  switch (command.action) {
    case 'help':
      process.stdout.write(helpText());
      return 0;
    case 'version':
      process.stdout.write(`${packageVersion()}\n`);
      return 0;
    case 'dashboard': {
      readOptions(env);
      Object.assign(process.env, command.variables);
      // Loaded as a user would: the command knows of the reporter only its name.
      const { serveDashboard } = createRequire(__filename)('fuzz-runner/reporter') as {
        serveDashboard: (rootDir: string) => Promise<void>;
      };
      await serveDashboard(process.cwd());
      return 0;
    }
    case 'patch':
    case 'promote': {
      const options = { ...command.selection!, database: readOptions(env).database };
      // Loaded when it is asked for: it brings a parser along.
      if (command.action === 'promote') {
        return (require('./promoteCommand') as typeof import('./promoteCommand')).promote(process.cwd(), options);
      }
      return (require('./patchCommand') as typeof import('./patchCommand')).patch(process.cwd(), options);
    }
    case 'fuzz':
      readOptions(env);
      if ((env.FUZZ_REPLAY ?? '') !== '')
        throw new Error('FUZZ_REPLAY is for plain npx jest: it replays, and does not fuzz.');
      return runJest(jestWords(command.jestArguments), env);
  }
}

/** Takes our flags out of a command line. Throws for a flag that lacks its value. */
export function parseCommand(words: readonly string[]): Command {
  const variables: Record<string, string> = {};
  const jestArguments: string[] = [];
  const action = ACTIONS.find((candidate) => candidate === words[0]) ?? 'fuzz';
  const selection: PatchSelection = { failure: null, isMinimalCovering: false, output: null };
  const selecting = SELECTION_FLAGS.filter(({ actions }) => actions.some((candidate) => candidate === action));
  const given = action === 'fuzz' ? words : words.slice(1);
  for (const part of divideCommandLine(given, [...selecting, ...OPTION_FLAGS])) {
    const [word] = part.words;
    if (word === '--help' || word === '-h') return { action: 'help', variables, jestArguments };
    if (word === '--version' || word === '-v') return { action: 'version', variables, jestArguments };
    const spec = OPTION_SPECS.find(({ flag }) => flag === part.flag);
    if (selecting.some(({ flag }) => flag === part.flag)) select(selection, part);
    else if (spec === undefined) jestArguments.push(...part.words);
    else if (spec.argument !== 'value') variables[spec.variable] = part.value ?? spec.argument;
    else if (part.value === undefined) throw new Error(`${spec.flag} needs a value: ${spec.help}.`);
    else variables[spec.variable] = part.value;
  }
  if (action !== 'fuzz' && jestArguments.length > 0) {
    throw new Error(`fuzz-runner ${action} does not know ${jestArguments.join(' ')}. See fuzz-runner --help.`);
  }
  return { action, variables, jestArguments, ...(selecting.length > 0 ? { selection } : {}) };
}

const ACTIONS = ['dashboard', 'patch', 'promote'] as const;

const OPTION_FLAGS: readonly FlagShape[] = OPTION_SPECS.map(({ flag, argument }) => ({
  flag,
  hasValue: argument === 'value',
}));

const SELECTION_FLAGS: readonly (FlagShape & { readonly actions: readonly Command['action'][] })[] = [
  { flag: '--all', hasValue: false, actions: ['patch', 'promote'] },
  { flag: '--minimal-covering', hasValue: false, actions: ['patch', 'promote'] },
  { flag: '--failure', hasValue: true, actions: ['patch', 'promote'] },
  { flag: '--output', hasValue: true, actions: ['patch'] },
];

function select(selection: PatchSelection, { flag, value }: CommandPart): void {
  if (flag === '--minimal-covering' || flag === '--all') {
    selection.isMinimalCovering = flag === '--minimal-covering';
    return;
  }
  if (value === undefined) throw new Error(`${flag} needs a value. See fuzz-runner --help.`);
  selection[flag === '--failure' ? 'failure' : 'output'] = value;
}

function jestWords(jestArguments: readonly string[]): string[] {
  const jest = findJest();
  if (jest === null) {
    throw new Error('Jest was not found from this directory. Install it: npm install --save-dev jest');
  }
  return [...process.execArgv, jest, `--runner=${path.join(__dirname, '..', 'index.js')}`, ...jestArguments];
}

function findJest(): string | null {
  for (const from of [path.join(process.cwd(), 'noop.js'), __filename]) {
    try {
      return createRequire(from).resolve('jest/bin/jest');
    } catch {
      // Try the next place.
    }
  }
  return null;
}

function helpText(): string {
  const width = Math.max(...OPTION_SPECS.map((spec) => spec.flag.length)) + 8;
  const options = OPTION_SPECS.map((spec) => {
    const flag = spec.argument === 'value' ? `${spec.flag} <…>` : spec.flag;
    return `  ${flag.padEnd(width)}${spec.help} (${spec.variable})`;
  });
  return [
    'Usage: fuzz-runner [options] [jest arguments]   fuzz the tests that jest would run',
    '       fuzz-runner dashboard [options]          show the database, whether or not a fuzzer runs',
    '       fuzz-runner patch [which] [--output <…>] print a diff for git apply: failing inputs become examples',
    '       fuzz-runner promote [which]              write failing inputs to fuzz-corpus/, to be committed',
    '',
    'For the database, each with a --help of its own:',
    '       fuzz-runner export [file]                write all of it to one file',
    '       fuzz-runner import <file>                take in an export, or a copied database',
    '       fuzz-runner merge <url...>               take in other databases',
    '       fuzz-runner minimize                     keep few corpus entries for all behaviors',
    '       fuzz-runner gc                           drop what belongs to tests that are gone',
    '       fuzz-runner stats                        tell what is in it',
    '       fuzz-runner verify                       read every record, and tell which are damaged',
    '',
    'Which failures (patch and promote):',
    '  --all                 all that are not fixed, flaky or deadly (this is so without a flag)',
    '  --minimal-covering    one for each bug: of failures with the same origin the simplest',
    '  --failure <…>         the one with this id, or those whose file and test match',
    '',
    'Options (each also as an environment variable, for plain jest --runner=fuzz-runner):',
    ...options,
    '',
    'Everything else is passed to Jest: fuzz-runner --for 5m src/parser --testNamePattern round',
    '',
  ].join('\n');
}
