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
    help: 'host names the dashboard may be opened under, with commas',
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
    help: 'packages, paths or globs to watch besides, with commas',
  },
  {
    flag: '--exclude',
    variable: 'FUZZ_EXCLUDE',
    key: 'exclude',
    argument: 'value',
    help: 'packages, paths or globs not to watch, with commas',
  },
  {
    flag: '--isolate',
    variable: 'FUZZ_ISOLATE',
    key: 'isolate',
    argument: 'value',
    help: 'thread (default), or process: slower, and survives native crashes',
  },
  {
    flag: '--report',
    variable: 'FUZZ_REPORT',
    key: 'report',
    argument: 'value',
    help: 'write a JSON report to this file at the end',
  },
];
