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
  /** Lines of its help that say what it does. */
  readonly about: readonly string[];
  run(given: Arguments, rootDir: string): Promise<number>;
}

const DRY_RUN: FlagSpec = { flag: '--dry-run', help: 'print what would be done, and change nothing' };
const JSON_FLAG: FlagSpec = { flag: '--json', help: 'print JSON' };

const COMMANDS: readonly Operation[] = [
  {
    name: 'export',
    usage: '[file]',
    words: { least: 0, most: 1 },
    about: [
      'Writes the whole database to one file, compressed and with checksums. Without a file, or with -, it writes to',
      'standard output. Fuzzers may run at the same time.',
    ],
    flags: [DATABASE_FLAG],
    run: exportCommand,
  },
  {
    name: 'import',
    usage: '<file>',
    words: { least: 1, most: 1 },
    about: [
      'Adds the records of an export to the database. <file> is the export, or - for standard input, or the folder of a',
      'database that was copied from another machine. Records that both databases have are united: nothing is lost, and',
      'a second import changes nothing. Damaged records are reported, and the others are imported; the exit code is then 1.',
    ],
    flags: [DATABASE_FLAG],
    run: importCommand,
  },
  {
    name: 'merge',
    usage: '<url...>',
    words: { least: 1, most: Infinity },
    about: ['Adds the records of other databases to this one, as import does. The other databases are only read.'],
    flags: [DATABASE_FLAG],
    run: mergeCommand,
  },
  {
    name: 'minimize',
    usage: '',
    words: { least: 0, most: 0 },
    about: [
      'Keeps, for each target, few inputs of its corpus that together cover all behaviors stored with the corpus. Small',
      'inputs are preferred, and no input is run. Inputs that were kept only because they took a branch more often are',
      'deleted, because these counts are not stored. Fuzzing finds such inputs again.',
    ],
    flags: [DRY_RUN, DATABASE_FLAG],
    run: minimizeCommand,
  },
  {
    name: 'gc',
    usage: '',
    words: { least: 0, most: 0 },
    about: [
      'Deletes the targets that no run has seen for the time of --grace, with their corpus and their closed failures, and',
      'all runs except the latest 50. Open failures stay, and are listed.',
    ],
    flags: [
      { flag: '--grace', value: 'time', help: 'delete targets that no run has seen for this time (default 30d)' },
      { flag: '--drop-failures', help: 'delete the open failures of these targets, too' },
      DRY_RUN,
      DATABASE_FLAG,
    ],
    run: gcCommand,
  },
  {
    name: 'stats',
    usage: '',
    words: { least: 0, most: 0 },
    about: ['Prints what is in the database: for each target, and the totals.'],
    flags: [JSON_FLAG, DATABASE_FLAG],
    run: statsCommand,
  },
  {
    name: 'verify',
    usage: '',
    words: { least: 0, most: 0 },
    about: [
      'Reads every record, and lists those that cannot be used, with the reason. If there are any, the exit code is 1.',
    ],
    flags: [
      { flag: '--set-aside', help: 'move damaged records to keys that begin with damaged/, where nothing reads them' },
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
