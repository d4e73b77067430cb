import { DATABASE_FLAG, parseArguments, type ArgumentSpec, type Arguments, type FlagSpec } from '../flags/arguments';
import { exportCommand } from './exportCommand';
import { gcCommand } from './gcCommand';
import { importCommand } from './importCommand';
import { mergeCommand } from './mergeCommand';
import { minimizeCommand } from './minimizeCommand';
import { OPERATIONS } from './names';
import { statsCommand } from './statsCommand';
import { verifyCommand } from './verifyCommand';
import { print } from '../terminal/print';

interface Operation extends ArgumentSpec {
  /** What it does, for its help; each a line. */
  readonly about: readonly string[];
  run(given: Arguments, rootDir: string): Promise<number>;
}

const DRY_RUN: FlagSpec = { flag: '--dry-run', help: 'say what would be done, and do nothing' };
const JSON_FLAG: FlagSpec = { flag: '--json', help: 'print JSON' };

const COMMANDS: readonly Operation[] = [
  {
    name: 'export',
    usage: '[file]',
    words: { least: 0, most: 1 },
    about: [
      'Writes everything that is in the database to one file, compressed and with checksums; without a file, or',
      'for -, to standard output. Fuzzers may run meanwhile.',
    ],
    flags: [DATABASE_FLAG],
    run: exportCommand,
  },
  {
    name: 'import',
    usage: '<file>',
    words: { least: 1, most: 1 },
    about: [
      'Takes an export into the database, or - for one from standard input, or the folder of a database that was',
      'copied from another machine. It is a union: nothing that is here becomes worse, and doing it twice changes',
      'nothing. What is damaged in the file is reported, and the rest imported; the exit code is 1 then.',
    ],
    flags: [DATABASE_FLAG],
    run: importCommand,
  },
  {
    name: 'merge',
    usage: '<url...>',
    words: { least: 1, most: Infinity },
    about: ['Takes other databases into this one, as import does. They are only read.'],
    flags: [DATABASE_FLAG],
    run: mergeCommand,
  },
  {
    name: 'minimize',
    usage: '',
    words: { least: 0, most: 0 },
    about: [
      'Keeps of the corpus of each target as few inputs as cover all the behaviors that are stored with it, small',
      'ones first. Nothing is run. How often a branch was taken is not stored, and found again by fuzzing.',
    ],
    flags: [DRY_RUN, DATABASE_FLAG],
    run: minimizeCommand,
  },
  {
    name: 'gc',
    usage: '',
    words: { least: 0, most: 0 },
    about: [
      'Drops targets that no run has seen for the time of grace, with their corpus and the failures that are over,',
      'and all but the latest 50 runs. Failures that are not fixed stay, and are listed.',
    ],
    flags: [
      { flag: '--grace', value: 'time', help: 'how long a target must not have been seen (default 30d)' },
      { flag: '--drop-failures', help: 'drop failures of such targets although they are not fixed' },
      DRY_RUN,
      DATABASE_FLAG,
    ],
    run: gcCommand,
  },
  {
    name: 'stats',
    usage: '',
    words: { least: 0, most: 0 },
    about: ['Tells what is in the database, by target and in all.'],
    flags: [JSON_FLAG, DATABASE_FLAG],
    run: statsCommand,
  },
  {
    name: 'verify',
    usage: '',
    words: { least: 0, most: 0 },
    about: ['Reads every record, and tells which cannot be used and why; the exit code is 1 then.'],
    flags: [
      { flag: '--set-aside', help: 'move what is damaged to the key damaged/…, where nothing reads it' },
      JSON_FLAG,
      DATABASE_FLAG,
    ],
    run: verifyCommand,
  },
];

/** Runs one of the commands for the database. `words` begin with its name. Returns the exit code. */
export async function runOperation(
  words: readonly string[],
  rootDir: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const [name, ...rest] = words;
  const operation = COMMANDS.find((candidate) => candidate.name === name);
  if (operation === undefined)
    throw new Error(`Expected one of ${OPERATIONS.join(', ')} but received ${String(name)}.`);
  if (rest.some((word) => word === '--help' || word === '-h')) {
    print(helpOf(operation));
    return 0;
  }
  return operation.run(parseArguments(operation, rest, env), rootDir);
}

function helpOf({ name, usage, about, flags }: Operation): string {
  const rows = flags.map(({ flag, value, help }) => [value === undefined ? flag : `${flag} <${value}>`, help] as const);
  const width = Math.max(...rows.map(([flag]) => flag.length));
  return [
    `Usage: fuzz-runner ${name} ${usage === '' ? '' : `${usage} `}[options]`,
    '',
    ...about,
    '',
    ...rows.map(([flag, help]) => `  ${flag.padEnd(width)}  ${help}`),
  ].join('\n');
}
