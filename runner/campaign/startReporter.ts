import { createRequire } from 'node:module';
import type { Config } from '@jest/types';
import type { Bus } from '../../src/protocol/bus';
import type { FuzzOptions } from '../../src/protocol/options';

/** The part of the reporter that the runner uses. Jest calls it, too, when the user lists the reporter. */
interface Reporter {
  onRunComplete(): Promise<void>;
}

/**
 * Starts `fuzz-runner/reporter` when the user did not list it in `reporters`. Runner and reporter share only the bus,
 * so the reporter is loaded by the name that a user would write. Returns a function that ends it.
 */
export async function startMissingReporter(
  bus: Bus,
  globalConfig: Config.GlobalConfig,
  options: FuzzOptions,
): Promise<() => Promise<void>> {
  if (bus.hasReporter) return async () => {};
  const { default: FuzzReporter } = createRequire(__filename)('fuzz-runner/reporter') as {
    default: new (globalConfig: Config.GlobalConfig, options: Partial<FuzzOptions>) => Reporter;
  };
  const reporter = new FuzzReporter(globalConfig, options);
  return () => reporter.onRunComplete();
}
