import * as path from 'node:path';
import { expect, test } from '@jest/globals';
import type { Config } from '@jest/types';
import { formatFailure } from '../../../../runner/jest/formatFailure';
import { jestModulesFrom } from '../../../../runner/jest/jestModules';

const options = {
  titles: [],
  projectConfig: { rootDir: __dirname, testMatch: [] } as unknown as Config.ProjectConfig,
  globalConfig: {} as Config.GlobalConfig,
  modules: jestModulesFrom(path.join(__dirname, '..', '..', '..', '..')),
  testPath: __filename,
};

test('shows the error, its place and its causes', () => {
  const error = new Error('Property failed', { cause: new TypeError('of no use') });
  const { report, stack } = formatFailure(error, options);
  expect(report).toMatch(/^\s*Property failed/);
  expect(report).toContain('formatFailure.test.ts');
  expect(stack).toContain('Cause:\nTypeError: of no use');
});

test('never shows the variables of instrumentation', () => {
  // Not written out, because a report shows the lines of this file.
  const prefix = ['$', 'fz'].join('');
  const error = new Error(`Got TypeError: ${prefix}0.trim is not a function`, {
    cause: new TypeError(`${prefix}12.trim is not a function, ${prefix}ero is`),
  });
  const { report, stack } = formatFailure(error, options);
  for (const text of [report, stack]) {
    expect(text).toContain('(intermediate value).trim is not a function');
    expect(text).not.toMatch(/\$fz\d/);
  }
  expect(stack).toContain(`${prefix}ero is`);
});

test.each([
  ['a string', 'oops', 'thrown: oops'],
  ['undefined', undefined, 'thrown: undefined'],
  ['an object without a stack', { message: 'bare' }, 'thrown: bare'],
])('shows %s that was thrown', (_name, thrown, text) => {
  expect(formatFailure(thrown, options).stack).toBe(text);
});
