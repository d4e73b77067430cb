import { createRequire } from 'node:module';
import { packageVersion } from '../../src/packageVersion';
import { readOptions } from '../../src/protocol/readOptions';
import { OPERATIONS } from './database/names';
import { parseCommand } from './flags/parseCommand';
import { helpText } from './helpText';
import { runJest } from './jestProcess';

/**
 * The `fuzz-runner` command: runs `jest --runner=fuzz-runner`, with our options as flags, or one of the other actions.
 * `words`: the arguments. Returns the exit code. Throws an Error for arguments that it does not know.
 */
export async function main(words: readonly string[]): Promise<number> {
  if (OPERATIONS.includes(words[0] ?? '')) {
    // The database commands are loaded only here.
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
      // By the name of the package: the command must not import the reporter.
      const { serveDashboard } = createRequire(__filename)('fuzz-runner/reporter') as {
        serveDashboard: (rootDir: string) => Promise<void>;
      };
      await serveDashboard(process.cwd());
      return 0;
    }
    case 'patch':
    case 'promote': {
      const options = { ...command.selection!, database: readOptions(env).database };
      // Loaded only here: they load a parser.
      if (command.action === 'promote') {
        return (require('./promoteCommand') as typeof import('./promoteCommand')).promote(process.cwd(), options);
      }
      return (require('./patchCommand') as typeof import('./patchCommand')).patch(process.cwd(), options);
    }
    case 'fuzz':
      readOptions(env);
      if ((env.FUZZ_REPLAY ?? '') !== '')
        throw new Error(
          'FUZZ_REPLAY is for ordinary runs: set it for npx jest, which replays its input and does not fuzz.',
        );
      return runJest(command.jestArguments, env);
  }
}
