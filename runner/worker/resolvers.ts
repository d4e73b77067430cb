import type HasteMap from 'jest-haste-map';
import type Resolver from 'jest-resolve';
import type RuntimeClass from 'jest-runtime';
import type { WorkerSetup } from '../channel/messages';
import type { JestModules } from '../jest/jestModules';

/** Jest's module resolvers of a thread, one for each project, made when it is first asked for. */
export class Resolvers {
  private readonly made = new Map<string, Resolver>();

  constructor(
    private readonly modules: JestModules,
    private readonly projects: WorkerSetup['projects'],
  ) {}

  /** The resolver of a project that is known to this thread. */
  async of(projectId: string): Promise<Resolver> {
    const known = this.made.get(projectId);
    if (known !== undefined) return known;
    const { config, moduleMap } = this.projects.find((project) => project.config.id === projectId)!;
    const Haste = this.modules.load<{ default: typeof HasteMap }>('jest-haste-map').default;
    const Runtime = this.modules.load<{ default: typeof RuntimeClass }>('jest-runtime').default;
    // Since 30.5 a custom resolver must be loaded before it is used.
    const { preloadResolver } = this.modules.load<{ preloadResolver?: (path: unknown) => Promise<void> }>(
      'jest-resolve',
    );
    await preloadResolver?.(config.resolver);
    // `moduleMap` is what Jest's own module map gave as JSON in the main thread.
    const resolver = Runtime.createResolver(config, Haste.getStatic(config).getModuleMapFromJSON(moduleMap as never));
    this.made.set(projectId, resolver);
    return resolver;
  }
}
