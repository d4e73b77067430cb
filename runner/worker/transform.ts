import * as path from 'node:path';
import type { ScriptTransformer } from '@jest/transform';
import { instrument, type Instrumented } from '../../src/coverage/instrument';
import type { InstrumentScope } from '../scope/instrumentScope';
import { addCheckHook, isFastCheckFile } from '../fastCheck/fastCheckHook';

type TransformResult = ReturnType<ScriptTransformer['transform']>;
type TransformOptions = Parameters<ScriptTransformer['transform']>[1];

/** Called with every file that was instrumented, and the path under which the runtime loads it. */
export type OnInstrumented = (file: string, instrumented: Instrumented) => void;

/**
 * Takes the place of Jest's ScriptTransformer in a session: the user's transform runs first, exactly as configured
 * and with its cache, then counters are added to the code that it returned. Only public methods are used, and no line is
 * added, so source maps of the user's transform stay right, except for columns: `StackTraces` corrects these.
 */
export class InstrumentingTransformer {
  constructor(
    private readonly base: ScriptTransformer,
    private readonly scope: InstrumentScope,
    private readonly onInstrumented: OnInstrumented,
  ) {}

  transform(file: string, options: TransformOptions, source?: string): TransformResult {
    return this.change(file, options, this.base.transform(file, options, source));
  }

  async transformAsync(file: string, options: TransformOptions, source?: string): Promise<TransformResult> {
    return this.change(file, options, await this.base.transformAsync(file, options, source));
  }

  transformJson(...parameters: Parameters<ScriptTransformer['transformJson']>): string {
    return this.base.transformJson(...parameters);
  }

  shouldTransform(file: string): boolean {
    return this.base.shouldTransform(file);
  }

  /** Called by Jest since 30.4, to choose between `transform` and `transformAsync`. */
  canTransformSync(file: string): boolean {
    const base = this.base as ScriptTransformer & { canTransformSync?: (file: string) => boolean };
    return base.canTransformSync?.(file) ?? true;
  }

  get requireAndTranspileModule(): ScriptTransformer['requireAndTranspileModule'] {
    return this.base.requireAndTranspileModule.bind(this.base);
  }

  private change(file: string, options: TransformOptions, result: TransformResult): TransformResult {
    if (options.isInternalModule === true) return result;
    if (isFastCheckFile(file)) {
      const code = addCheckHook(result.code, file);
      return code === null ? result : { ...result, code };
    }
    const name = this.scope.nameOf(file);
    if (name === null) return result;
    const instrumented = instrumentCached(result.code, name);
    if (instrumented === null) return result;
    this.onInstrumented(file, instrumented);
    return { ...result, code: instrumented.code };
  }
}

/** By name of a file: its last code and result. Every test file that needs a file loads it once more. */
const cache = new Map<string, { readonly code: string; readonly instrumented: Instrumented | null }>();

function instrumentCached(code: string, name: string): Instrumented | null {
  const cached = cache.get(name);
  if (cached?.code === code) return cached.instrumented;
  const result = instrument(code, { file: name });
  // A file that cannot be parsed here cannot be loaded either, or is no JavaScript: Jest will report it.
  const instrumented = 'failed' in result ? null : result;
  cache.set(name, { code, instrumented });
  return instrumented;
}

/** Path of `file` as ids use it: relative, with forward slashes. */
export function relativeName(rootDir: string, file: string): string {
  return path.relative(rootDir, file).split(path.sep).join('/');
}
