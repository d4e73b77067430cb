/** What a user can set, by flag of the command, `FUZZ_*` variable or runner option; all have a default. */
export interface FuzzOptions {
  /** Seconds of fuzzing after the tests are collected; null = until interrupted or nothing is left to learn. */
  readonly budgetSeconds: number | null;
  /** End at the first confirmed failure, once it is minimal. Default false. */
  readonly stopOnFailure: boolean;
  /** Seed of all random decisions, 32 bit. Default: drawn at the start and printed. */
  readonly seed: number;
  /** Worker threads; null = as many as Jest would use. */
  readonly workers: number | null;
  /** URL or path of the database. Default `.fuzz-runner` in the root directory. */
  readonly database: string;
  /** Address the dashboard listens on. Default 127.0.0.1. */
  readonly host: string;
  /** Port of the dashboard; null = 9797, or the next one that is free. */
  readonly port: number | null;
  /** Host names the dashboard may be opened under when it listens on every address. Default none. */
  readonly allowedHosts: readonly string[];
  /** Whether the reporter serves the dashboard. Default true. */
  readonly dashboard: boolean;
  /**
   * What tests call as `expect` while they are fuzzed: `jest` is Jest's own; `fast`, the default, decides the common
   * assertions that pass by itself and leaves all others to Jest's.
   */
  readonly expect: 'fast' | 'jest';
  /** Files watched and instrumented besides the usual: names of packages, paths or globs. Default none. */
  readonly include: readonly string[];
  /** Files never watched, whatever `include` says. Default none. */
  readonly exclude: readonly string[];
  /**
   * Where tests run: in threads of Jest's process, or each worker in a process of its own, which survives native crashes
   * and is slower. Default `thread`: then only what has ended a process before gets one of its own.
   */
  readonly isolate: 'thread' | 'process';
  /** File for the JSON report, relative to the working directory; null = none. */
  readonly report: string | null;
}

/** A wrong option: its message is all the user needs, a stack would only hide it. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
  // Jest shows the stack of what a runner throws, with a piece of our source.
  override readonly stack = this.message;
}

/** How a flag of the command, a variable and an option of the runner are the same thing. */
interface OptionSpec {
  readonly flag: string;
  readonly variable: string;
  readonly key: keyof FuzzOptions;
  /** `value` when the flag takes one, else what the bare flag means. */
  readonly argument: 'value' | 'true' | 'false';
  readonly help: string;
}

export const OPTION_SPECS: readonly OptionSpec[] = [
  {
    flag: '--for',
    variable: 'FUZZ_FOR',
    key: 'budgetSeconds',
    argument: 'value',
    help: 'how long to fuzz: 60s, 5m, 2h',
  },
  {
    flag: '--stop-on-failure',
    variable: 'FUZZ_STOP_ON_FAILURE',
    key: 'stopOnFailure',
    argument: 'true',
    help: 'end at the first failure, once it is minimal',
  },
  { flag: '--seed', variable: 'FUZZ_SEED', key: 'seed', argument: 'value', help: 'seed of all random decisions' },
  { flag: '--workers', variable: 'FUZZ_WORKERS', key: 'workers', argument: 'value', help: 'number of worker threads' },
  {
    flag: '--database',
    variable: 'FUZZ_DATABASE',
    key: 'database',
    argument: 'value',
    help: 'URL or path of the database (default .fuzz-runner)',
  },
  {
    flag: '--host',
    variable: 'FUZZ_HOST',
    key: 'host',
    argument: 'value',
    help: 'address the dashboard listens on (default 127.0.0.1)',
  },
  {
    flag: '--port',
    variable: 'FUZZ_PORT',
    key: 'port',
    argument: 'value',
    help: 'port of the dashboard (default 9797, or the next free one)',
  },
  {
    flag: '--allowed-hosts',
    variable: 'FUZZ_ALLOWED_HOSTS',
    key: 'allowedHosts',
    argument: 'value',
    help: 'host names under which the dashboard may be opened, separated by commas',
  },
  {
    flag: '--no-dashboard',
    variable: 'FUZZ_DASHBOARD',
    key: 'dashboard',
    argument: 'false',
    help: 'do not serve the dashboard',
  },
  {
    flag: '--expect',
    variable: 'FUZZ_EXPECT',
    key: 'expect',
    argument: 'value',
    help: "fast (default), or jest: use Jest's own expect while fuzzing, which is slower",
  },
  {
    flag: '--include',
    variable: 'FUZZ_INCLUDE',
    key: 'include',
    argument: 'value',
    help: 'packages, paths or globs to watch too, separated by commas',
  },
  {
    flag: '--exclude',
    variable: 'FUZZ_EXCLUDE',
    key: 'exclude',
    argument: 'value',
    help: 'packages, paths or globs not to watch, separated by commas',
  },
  {
    flag: '--isolate',
    variable: 'FUZZ_ISOLATE',
    key: 'isolate',
    argument: 'value',
    help: 'thread (default), or process: slower, but a native crash does not end the run',
  },
  {
    flag: '--report',
    variable: 'FUZZ_REPORT',
    key: 'report',
    argument: 'value',
    help: 'write a JSON report to this file at the end',
  },
];

/**
 * Reads the options from the environment, then from `given` (the options in `runner: ['fuzz-runner', {...}]`,
 * by the names of `FuzzOptions`, with `for` for the budget). Throws an `OptionError` for a value it cannot use.
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
    include: read('include', [], parsePatterns, `${PATTERNS}; what begins with ! belongs to --exclude`),
    exclude: read('exclude', [], parsePatterns, `${PATTERNS}, none with a ! before it`),
    isolate: read<'thread' | 'process'>(
      'isolate',
      'thread',
      (value) => (value === 'thread' || value === 'process' ? value : undefined),
      'thread or process',
    ),
    report: read<string | null>('report', null, (value) => value, 'a path'),
  };
}

const PATTERNS = 'names of packages, paths or globs, with commas between (sax,src/legacy,src/**/*.gen.js)';

/** Patterns between commas; those in braces do not count. Undefined if one of them can name no file. */
function parsePatterns(text: string): readonly string[] | undefined {
  // What no list at all becomes as text.
  if (text.trim() === '') return [];
  const patterns = [''];
  let depth = 0;
  for (const character of text) {
    if (character === '{') depth += 1;
    if (character === '}') depth -= 1;
    if (depth < 0) return undefined;
    if (character === ',' && depth === 0) patterns.push('');
    else patterns[patterns.length - 1] += character;
  }
  const named = patterns.map((pattern) => pattern.trim()).filter((pattern) => pattern !== '');
  const isGood = named.every((pattern) => !pattern.startsWith('!') && /[^./]/.test(pattern));
  return depth === 0 && isGood && named.length > 0 ? named : undefined;
}

/** Seconds of `60s`, `5m`, `2h`, `1d`, `500ms` or a bare number; undefined when it is none of these. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/.exec(text.trim());
  if (match === null) return undefined;
  const unit = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86400 }[match[2] ?? 's'];
  const seconds = Number(match[1]) * (unit ?? 1);
  return seconds > 0 ? seconds : undefined;
}

function parseInteger(text: string, min: number, max: number): number | undefined {
  const value = Number(text);
  return /^-?\d+$/.test(text.trim()) && value >= min && value <= max ? value : undefined;
}

function parseBoolean(text: string): boolean | undefined {
  if (/^(?:1|true|yes|on)$/i.test(text)) return true;
  return /^(?:0|false|no|off)$/i.test(text) ? false : undefined;
}
