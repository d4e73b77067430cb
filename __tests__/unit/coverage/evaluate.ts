import { readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import * as path from 'node:path';
import { types } from 'node:util';
import { ComparisonLog } from '../../../src/coverage/comparisons/comparisonLog';
import { CoverageMap } from '../../../src/coverage/coverageMap';
import { instrument, type Instrumented, type InstrumentOptions } from '../../../src/coverage/instrument';
import { COVERAGE_GLOBAL } from '../../../src/coverage/source/names';

export const ROOT = path.resolve(__dirname, '../../..');

/** A worker thread's coverage, installed where instrumented code looks for it. */
export class Coverage {
  readonly log = new ComparisonLog({ isProxy: types.isProxy });
  readonly map = new CoverageMap(this.log, { isProxy: types.isProxy });

  install(): this {
    const open = (key: string, edgeCount: number): unknown => this.map.open(key, edgeCount);
    Object.defineProperty(globalThis, Symbol.for(COVERAGE_GLOBAL), { value: open, configurable: true });
    return this;
  }

  /** Runs CommonJS code instrumented, as a module of its own; returns its exports. */
  load(code: string, options: Partial<InstrumentOptions> = {}): unknown {
    const instrumented = instrumentOrThrow(code, options);
    if (!this.map.register(instrumented)) throw new Error('The coverage map is full.');
    return evaluate(instrumented.code);
  }

  /** The hits since the last scan, as `kind@line*bucket`. */
  hits(): string[] {
    const count = this.map.scan();
    return Array.from(this.map.hits.subarray(0, count), (hit) => {
      const { kind, line } = this.map.edgeOf(hit >>> 3);
      return `${kind}@${line}*${hit & 7}`;
    });
  }
}

export function instrumentOrThrow(code: string, options: Partial<InstrumentOptions> = {}): Instrumented {
  const result = instrument(code, { file: 'file.js', ...options });
  if ('failed' in result) throw new Error(result.failed);
  return result;
}

/** Runs CommonJS code as Jest does, inside a function; returns its exports. */
export function evaluate(code: string, require: (name: string) => unknown = noRequire): unknown {
  const module = { exports: {} };
  // oxlint-disable-next-line typescript/no-implied-eval -- reason: running generated code is what is tested.
  const run = new Function('module', 'exports', 'require', code) as (...parameters: unknown[]) => void;
  run.call(module.exports, module, module.exports, require);
  return module.exports;
}

function noRequire(name: string): never {
  throw new Error(`The code under test requires ${name}.`);
}

/** Loads a package of node_modules with all its files, changed by `change`, into a module registry of its own. */
export function loadPackage(name: string, change: (code: string, file: string) => string): unknown {
  const registry = new Map<string, { exports: unknown }>();
  const load = (file: string): unknown => {
    const known = registry.get(file);
    if (known) return known.exports;
    const module = { exports: {} as unknown };
    registry.set(file, module);
    const text = readFileSync(file, 'utf8');
    if (file.endsWith('.json')) {
      module.exports = JSON.parse(text);
      return module.exports;
    }
    const { resolve } = createRequire(file);
    const require = (wanted: string): unknown =>
      isBuiltin(wanted) ? createRequire(__filename)(wanted) : load(resolve(wanted));
    // oxlint-disable-next-line typescript/no-implied-eval -- reason: running generated code is what is tested.
    const run = new Function('module', 'exports', 'require', '__filename', '__dirname', change(text, file)) as (
      ...parameters: unknown[]
    ) => void;
    run.call(module.exports, module, module.exports, require, file, path.dirname(file));
    return module.exports;
  };
  return load(createRequire(__filename).resolve(name));
}

/** What a call gives: its value as text, or its error. */
export function outcomeOf(call: () => unknown): string {
  try {
    return `value ${show(call())}`;
  } catch (error) {
    return `error ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
  }
}

function show(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return `${part}n`;
    if (typeof part === 'function') return `function ${part.name}/${part.length} ${Object.keys(part).join()}`;
    if (part === undefined) return '(undefined)';
    if (typeof part === 'number' && !Number.isFinite(part)) return String(part);
    if (Object.is(part, -0)) return '-0';
    if (part instanceof RegExp) return String(part);
    return part;
  });
}
