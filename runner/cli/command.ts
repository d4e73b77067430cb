import { createRequire } from 'node:module';
import { packageVersion } from '../../src/packageVersion';
import { readOptions } from '../../src/protocol/readOptions';
import { OPERATIONS } from './database/names';
import { parseCommand } from './flags/parseCommand';
import { helpText } from './helpText';
import { runJest } from './jestProcess';

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
      return runJest(command.jestArguments, env);
  }
}
