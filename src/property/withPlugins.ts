import type { PropertyLike, ValueLike } from './fastCheckTypes';

/** The part of a plugin of fast-check 4.10 or later that changes the runs of one `check`. */
interface PluginInstance {
  decorateRun?(run: (value: unknown) => unknown): (value: unknown) => unknown;
}

/**
 * The property with the plugins of its parameters (`fc.beforeEach`, `fc.afterEach` and the like) around each run,
 * as `check` would put them. Hooks of the property itself are run inside, so callers must not run them.
 */
export function withPlugins(property: object, plugins: unknown): object {
  if (!Array.isArray(plugins) || plugins.length === 0) return property;
  const inner = property as PropertyLike;
  let run: (value: unknown) => unknown = inner.isAsync()
    ? async (value) => {
        await inner.runBeforeEach?.();
        const result = await inner.run(value, true);
        await inner.runAfterEach?.();
        return result;
      }
    : (value) => {
        inner.runBeforeEach?.();
        const result = inner.run(value, true);
        inner.runAfterEach?.();
        return result;
      };
  const store = new Map<unknown, unknown>();
  const instances = plugins.map((plugin: (index: number, store: unknown) => PluginInstance, index) =>
    plugin(index, store),
  );
  for (const instance of instances.reverse()) if (instance.decorateRun !== undefined) run = instance.decorateRun(run);
  const decorated = run;
  return Object.create(inner, {
    run: { value: (value: ValueLike) => decorated(value) },
    runBeforeEach: { value: undefined },
    runAfterEach: { value: undefined },
  }) as object;
}
