/**
 * The options that a user can set by a flag of the command, a `FUZZ_*` variable or a runner option. All have a default.
 */
export interface FuzzOptions {
  /** Seconds of fuzzing after the tests are collected; null = until interrupted or nothing is left to learn. */
  readonly budgetSeconds: number | null;
  /** End when the first confirmed failure is minimal. Default false. */
  readonly stopOnFailure: boolean;
  /** Seed of all random decisions, 32 bit. Default: drawn at the start and printed. */
  readonly seed: number;
  /** Worker threads; null = as many as Jest would use. */
  readonly workers: number | null;
  /** URL or path of the database. Default `.fuzz-runner` in the root directory. */
  readonly database: string;
  /** Address that the dashboard listens on. Default 127.0.0.1. */
  readonly host: string;
  /** Port of the dashboard; null = 9797, or the next one that is free. */
  readonly port: number | null;
  /** Host names under which the dashboard may be opened when it listens on every address. Default none. */
  readonly allowedHosts: readonly string[];
  /** Whether the reporter serves the dashboard. Default true. */
  readonly dashboard: boolean;
  /**
   * The `expect` that tests call while they are fuzzed. `jest` is Jest's own. `fast`, the default, finds out itself
   * when a common assertion passes, and calls Jest's `expect` for all other assertions.
   */
  readonly expect: 'fast' | 'jest';
  /**
   * Files that are watched and instrumented in addition to the default ones: names of packages, paths or globs. Default
   * none.
   */
  readonly include: readonly string[];
  /** Files that are never watched, even if `include` names them. Default none. */
  readonly exclude: readonly string[];
  /**
   * Where tests run. `thread`, the default: in threads of Jest's process; only a target whose input ended a process
   * runs in a separate process. `process`: each worker is a separate process, which is slower but survives native
   * crashes.
   */
  readonly isolate: 'thread' | 'process';
  /** File for the JSON report, relative to the working directory; null = none. */
  readonly report: string | null;
}

/** The names of one option: as a flag of the command, as a variable and as an option of the runner. */
interface OptionSpec {
  readonly flag: string;
  readonly variable: string;
  readonly key: keyof FuzzOptions;
  /** `value` when the flag takes a value; otherwise the value that the flag alone sets. */
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
    help: 'end at the first failure, when it is minimal',
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
    help: 'address that the dashboard listens on (default 127.0.0.1)',
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
