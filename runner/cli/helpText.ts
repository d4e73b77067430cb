import { OPTION_SPECS } from '../../src/protocol/options';

/** What `fuzz-runner --help` prints. */
export function helpText(): string {
  const width = Math.max(...OPTION_SPECS.map((spec) => spec.flag.length)) + 8;
  const options = OPTION_SPECS.map((spec) => {
    const flag = spec.argument === 'value' ? `${spec.flag} <…>` : spec.flag;
    return `  ${flag.padEnd(width)}${spec.help} (${spec.variable})`;
  });
  return [
    'Usage: fuzz-runner [options] [jest arguments]   fuzz the tests that jest would run',
    '       fuzz-runner dashboard [options]          show what is in the database, also while no fuzzer runs',
    '       fuzz-runner patch [which] [--output <…>] print a diff for git apply that adds failing inputs as examples',
    '       fuzz-runner promote [which]              write failing inputs to fuzz-corpus/, a folder to commit',
    '',
    'Commands for the database; each has its own --help:',
    '       fuzz-runner export [file]                write the whole database to one file',
    '       fuzz-runner import <file>                add the records of an export or of a copied database',
    '       fuzz-runner merge <url...>               add the records of other databases',
    '       fuzz-runner minimize                     keep few corpus entries that cover the same behaviors',
    '       fuzz-runner gc                           delete the records of tests that are gone',
    '       fuzz-runner stats                        print what is in the database',
    '       fuzz-runner verify                       read every record, and list those that are damaged',
    '',
    'Which failures (patch and promote):',
    '  --all                 all failures that fail each time and do not end their process (default)',
    '  --minimal-covering    one failure for each bug: the simplest of those with the same origin',
    '  --failure <…>         the failure with this id, or all failures whose file and test match this text',
    '',
    'Options (each also as an environment variable, for plain jest --runner=fuzz-runner):',
    ...options,
    '',
    'Everything else is passed to Jest: fuzz-runner --for 5m src/parser --testNamePattern round',
    '',
  ].join('\n');
}
