import { OPTION_SPECS, type FuzzOptions } from './options';
import { parseBoolean, parseDuration, parseInteger, parsePatterns } from './optionValues';

/**
 * Reads the options. A variable of the environment wins over `given`: the options in `runner: ['fuzz-runner', {...}]`,
 * which have the names of `FuzzOptions`, and `for` for the budget. Throws an `OptionError` for a value that it cannot
 * use.
 */
export function readOptions(
  env: Readonly<Record<string, string | undefined>>,
  given: Readonly<Record<string, unknown>> = {},
  defaultSeed: number = Math.floor(Math.random() * 2 ** 31),
): FuzzOptions {
  const text = (key: keyof FuzzOptions): { value: string; name: string } | null => {
    const spec = OPTION_SPECS.find((candidate) => candidate.key === key)!;
    const fromEnv = env[spec.variable];
    if (fromEnv !== undefined && fromEnv !== '') return { value: fromEnv, name: `${spec.flag} (${spec.variable})` };
    const own = given[key] ?? (key === 'budgetSeconds' ? given['for'] : undefined);
    return own === undefined || own === null ? null : { value: String(own), name: `the runner option "${key}"` };
  };
  const read = <T>(
    key: keyof FuzzOptions,
    fallback: T,
    parse: (value: string) => T | undefined,
    expected: string,
  ): T => {
    const found = text(key);
    if (found === null) return fallback;
    const parsed = parse(found.value);
    if (parsed === undefined) {
      throw new OptionError(`Expected ${found.name} to be ${expected} but received "${found.value}".`);
    }
    return parsed;
  };
  return {
    budgetSeconds: read<number | null>('budgetSeconds', null, parseDuration, 'a duration such as 60s, 5m or 2h'),
    stopOnFailure: read('stopOnFailure', false, parseBoolean, 'true or false'),
    seed:
      read(
        'seed',
        defaultSeed,
        (value) => parseInteger(value, -(2 ** 31), 2 ** 32 - 1),
        'a whole number of 32 bits',
      ) >>> 0,
    workers: read<number | null>(
      'workers',
      null,
      (value) => parseInteger(value, 1, 1024),
      'a whole number from 1 to 1024',
    ),
    database: read('database', '.fuzz-runner', (value) => value, 'a path or URL'),
    host: read('host', '127.0.0.1', (value) => value, 'an address'),
    port: read<number | null>('port', null, (value) => parseInteger(value, 0, 65535), 'a port number from 0 to 65535'),
    allowedHosts: read<readonly string[]>(
      'allowedHosts',
      [],
      (value) => value.split(',').filter((name) => name !== ''),
      'names',
    ),
    dashboard: read('dashboard', true, parseBoolean, 'true or false'),
    expect: read<'fast' | 'jest'>(
      'expect',
      'fast',
      (value) => (value === 'fast' || value === 'jest' ? value : undefined),
      'fast or jest',
    ),
    include: read('include', [], parsePatterns, `${PATTERNS}; a pattern that begins with ! belongs to --exclude`),
    exclude: read('exclude', [], parsePatterns, `${PATTERNS}, none of which begins with !`),
    isolate: read<'thread' | 'process'>(
      'isolate',
      'thread',
      (value) => (value === 'thread' || value === 'process' ? value : undefined),
      'thread or process',
    ),
    report: read<string | null>('report', null, (value) => value, 'a path'),
  };
}

const PATTERNS = 'names of packages, paths or globs, separated by commas (sax,src/legacy,src/**/*.gen.js)';

/** A wrong option. It has no stack: the message says everything that the user needs, and a stack would hide it. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
  // Jest prints the stack of an error that a runner throws, and a piece of our source with it.
  override readonly stack = this.message;
}
