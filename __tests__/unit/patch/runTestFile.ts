import { createRequire } from 'node:module';
import * as path from 'node:path';
import { transformSync } from '@swc/core';

/** How each test of a file ended: null, or what it threw. */
export type Results = ReadonlyMap<string, unknown>;

type Body = () => unknown;

/**
 * Runs the text of a test file in this process with plain fast-check, whose parameters for all properties are
 * `globals`. `require` finds the packages of this checkout.
 */
export async function runTestFile(
  file: string,
  text: string,
  globals: Readonly<Record<string, unknown>>,
): Promise<Results> {
  const bodies: { name: string; body: Body }[] = [];
  const titles: string[] = [];
  const describe = (title: string, body: Body): void => {
    titles.push(title);
    body();
    titles.pop();
  };
  const test = Object.assign(
    (title: string, body: Body): void => {
      bodies.push({ name: [...titles, title].join(' '), body });
    },
    { only: (title: string, body: Body): void => test(title, body), each: () => () => {} },
  );
  const load = createRequire(path.join(__dirname, 'from.js'));
  const fastCheck = load('fast-check') as { configureGlobal(given: object): void; resetConfigureGlobal(): void };
  const require = (name: string): unknown => {
    if (name === '@jest/globals') return { describe, test, it: test };
    // Its tests are those of Jest, which are running at this moment.
    if (name === '@fast-check/jest') return connector(fastCheck, test);
    return load(name);
  };
  fastCheck.configureGlobal(globals);
  try {
    const module = { exports: {} };
    // oxlint-disable-next-line typescript/no-implied-eval -- running the text of a fixture is what is wanted.
    const run = new Function(
      'require',
      'module',
      'exports',
      'describe',
      'test',
      'it',
      'expect',
      toCommonJs(file, text),
    );
    run(require, module, module.exports, describe, test, test, expectToBe);
    const results = new Map<string, unknown>();
    for (const { name, body } of bodies) {
      results.set(
        name,
        await Promise.resolve()
          .then(body)
          .then(() => null)
          .catch((error: unknown) => error),
      );
    }
    return results;
  } finally {
    fastCheck.resetConfigureGlobal();
  }
}

/** The value of an expression, made of this realm's objects. */
export function evaluate(source: string): unknown {
  // oxlint-disable-next-line typescript/no-implied-eval -- `vm` would make the objects of another realm.
  return new Function(`return ${source}`)();
}

function toCommonJs(file: string, text: string): string {
  const isTypeScript = /\.[cm]?tsx?$/.test(file);
  const isJsx = file.endsWith('x');
  const { code } = transformSync(text, {
    filename: file,
    configFile: false,
    swcrc: false,
    isModule: /^(?:import|export)\b/m.test(text),
    jsc: {
      target: 'es2022',
      parser: isTypeScript ? { syntax: 'typescript', tsx: isJsx } : { syntax: 'ecmascript', jsx: isJsx },
      transform: { react: { runtime: 'classic', pragma: 'Array.of' } },
    },
    module: { type: 'commonjs' },
  });
  return code;
}

const expectToBe = (received: unknown): { toBe(expected: unknown): void } => ({
  toBe(expected) {
    if (!Object.is(received, expected))
      throw new Error(`expected ${String(expected)} but received ${String(received)}`);
  },
});

/** `test.prop` as `@fast-check/jest` has it, as far as parameters go. */
function connector(fastCheck: object, test: (title: string, body: Body) => void): unknown {
  const fc = fastCheck as typeof import('fast-check');
  type Arbitraries = readonly unknown[] | Record<string, unknown>;
  const prop =
    (arbitraries: Arbitraries, parameters: { examples?: unknown[] } = {}) =>
    (title: string, body: (...values: unknown[]) => unknown): void => {
      const isList = Array.isArray(arbitraries);
      const all = isList ? arbitraries : [fc.record(arbitraries as Record<string, never>)];
      const examples = isList ? parameters.examples : parameters.examples?.map((example) => [example]);
      const property = fc.asyncProperty(
        ...(all as [never]),
        async (...values: unknown[]) => body(...values) as boolean,
      );
      test(title, () =>
        fc.assert(property, { ...parameters, ...(examples === undefined ? {} : { examples }) } as never),
      );
    };
  const withProp = Object.assign((title: string, body: Body) => test(title, body), { prop });
  return { fc, test: withProp, it: withProp };
}
