import type { JestEnvironment } from '@jest/environment';
import type { Config } from '@jest/types';
import type { JestModules } from '../jest/jestModules';

/** The comment at the head of a test file, by pragma (`@jest-environment` and others). */
type Pragmas = Readonly<Record<string, string | string[]>>;

/** The parts of a project and a test file that decide about the environment. */
export interface EnvironmentOptions {
  readonly path: string;
  /** Text of the test file. */
  readonly source: string;
  readonly projectConfig: Config.ProjectConfig;
  readonly globalConfig: Config.GlobalConfig;
  readonly modules: JestModules;
  /** The `console` of the tests. */
  readonly console: Console;
  /** Loads a module of the user with the transforms of the project. */
  readonly load: (file: string) => Promise<typeof JestEnvironment>;
}

/**
 * Makes the environment (the realm with its global object) that a test file asks for in its pragmas, or else the one of
 * its project. It is not set up yet.
 */
export async function makeTestEnvironment(options: EnvironmentOptions): Promise<JestEnvironment> {
  const { path, projectConfig, globalConfig, modules } = options;
  const pragmas = readPragmas(modules, options.source);
  const TestEnvironment = await options.load(resolveEnvironment(options, pragmas));
  // `JestEnvironment` is declared abstract; what a project configures is a class that can be constructed.
  const environment = new (TestEnvironment as unknown as new (...args: unknown[]) => JestEnvironment)(
    { globalConfig, projectConfig: withPragmaOptions(projectConfig, pragmas) },
    { console: options.console, docblockPragmas: pragmas, testPath: path },
  );
  guardProcess(environment);
  return environment;
}

/** Sets how many frames an error keeps of its stack, in the realm of the tests and in ours. */
export function setStackTraceLimit(environment: JestEnvironment, limit: number): void {
  environment.global.Error.stackTraceLimit = limit;
  Error.stackTraceLimit = limit;
}

function readPragmas(modules: JestModules, source: string): Pragmas {
  const docblock = modules.load<typeof import('jest-docblock')>('jest-docblock');
  return docblock.parse(docblock.extract(source));
}

function resolveEnvironment({ path, projectConfig: config, modules }: EnvironmentOptions, pragmas: Pragmas): string {
  const custom = pragmas['jest-environment'];
  if (custom === undefined) return config.testEnvironment;
  if (Array.isArray(custom)) {
    throw new TypeError(
      `Expected one @jest-environment in the head of ${path} but received ${custom.length}: ${custom.join(', ')}. Keep one.`,
    );
  }
  const { resolveTestEnvironment } = modules.load<typeof import('jest-resolve')>('jest-resolve');
  return resolveTestEnvironment({
    ...config,
    requireResolveFunction: (name: string) => require.resolve(name, { paths: [config.rootDir, modules.anchor] }),
    testEnvironment: custom,
  });
}

function withPragmaOptions(config: Config.ProjectConfig, pragmas: Pragmas): Config.ProjectConfig {
  const text = pragmas['jest-environment-options'];
  if (typeof text !== 'string') return config;
  const options = JSON.parse(text) as object;
  return { ...config, testEnvironmentOptions: { ...config.testEnvironmentOptions, ...options } };
}

/** Makes a test that calls `process.exit` fail, so that the call does not end the worker thread. */
function guardProcess(environment: JestEnvironment): void {
  const realmProcess = environment.global.process as NodeJS.Process | undefined;
  if (realmProcess === undefined || typeof realmProcess.exit !== 'function') return;
  realmProcess.exit = (code?: unknown) => {
    throw new Error(`process.exit called with "${String(code)}"`);
  };
}
