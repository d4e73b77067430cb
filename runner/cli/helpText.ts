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
