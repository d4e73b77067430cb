import { createRequire } from 'node:module';
import * as path from 'node:path';
import { OPTION_SPECS, readOptions } from '../src/protocol/options';
import { packageVersion } from '../src/packageVersion';
import { runJest } from './jestProcess';
import { OPERATIONS } from './operations/names';

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
    const { runOperation } = require('./operations') as typeof import('./operations');
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
  let action: Command['action'] = 'fuzz';
  const selection: PatchSelection = { failure: null, isMinimalCovering: false, output: null };
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]!;
    if (word === '--') {
      jestArguments.push(...words.slice(at));
      break;
    }
    if (at === 0 && (word === 'dashboard' || word === 'patch' || word === 'promote')) {
      action = word;
      continue;
    }
    if (word === '--help' || word === '-h') return { action: 'help', variables, jestArguments };
    if (word === '--version' || word === '-v') return { action: 'version', variables, jestArguments };
    const [flag, inline] = splitFlag(word);
    if (action === 'patch' || action === 'promote') {
      const taken = takeSelection(selection, action, flag, inline, words[at + 1]);
      if (taken > 0) {
        at += taken - 1;
        continue;
      }
    }
    const spec = OPTION_SPECS.find((candidate) => candidate.flag === flag);
    if (spec === undefined) {
      jestArguments.push(word);
      continue;
    }
    if (spec.argument === 'value') {
      const value = inline ?? words[(at += 1)];
      if (value === undefined) throw new Error(`${spec.flag} needs a value: ${spec.help}.`);
      variables[spec.variable] = value;
    } else {
      variables[spec.variable] = inline ?? spec.argument;
    }
  }
  if (action !== 'fuzz' && jestArguments.length > 0) {
    throw new Error(`fuzz-runner ${action} does not know ${jestArguments.join(' ')}. See fuzz-runner --help.`);
  }
  const isSelecting = action === 'patch' || action === 'promote';
  return { action, variables, jestArguments, ...(isSelecting ? { selection } : {}) };
}

/** Takes a flag of `patch` and `promote`; returns how many words it was. */
function takeSelection(
  selection: PatchSelection,
  action: 'patch' | 'promote',
  flag: string,
  inline: string | undefined,
  next: string | undefined,
): 0 | 1 | 2 {
  if (flag === '--minimal-covering' || flag === '--all') {
    selection.isMinimalCovering = flag === '--minimal-covering';
    return 1;
  }
  if (flag !== '--failure' && (flag !== '--output' || action === 'promote')) return 0;
  const value = inline ?? next;
  if (value === undefined) throw new Error(`${flag} needs a value. See fuzz-runner --help.`);
  selection[flag === '--failure' ? 'failure' : 'output'] = value;
  return inline === undefined ? 2 : 1;
}

function splitFlag(word: string): [flag: string, value: string | undefined] {
  const at = word.startsWith('--') ? word.indexOf('=') : -1;
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

function jestWords(jestArguments: readonly string[]): string[] {
  const jest = findJest();
  if (jest === null) {
    throw new Error('Jest was not found from this directory. Install it: npm install --save-dev jest');
  }
  return [...process.execArgv, jest, `--runner=${path.join(__dirname, 'index.js')}`, ...jestArguments];
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
