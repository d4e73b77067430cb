import * as vm from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { addCheckHook, CHECK_HOOK, isFastCheckFile, type CheckHook } from '../../../../runner/fastCheck/fastCheckHook';

describe('the hook in fast-check', () => {
  test('only files that can hold `check` are looked at', () => {
    expect(isFastCheckFile('/p/node_modules/fast-check/lib/cjs/fast-check.js')).toBe(true);
    expect(
      isFastCheckFile('/p/node_modules/.pnpm/fast-check@3/node_modules/fast-check/lib/esm/check/runner/Runner.js'),
    ).toBe(true);
    expect(isFastCheckFile('/p/node_modules/fast-check/lib/cjs/other.js')).toBe(false);
    expect(isFastCheckFile('/p/src/Runner.js')).toBe(false);
  });

  test('an unknown layout is left alone', () => {
    expect(addCheckHook('export const check = 1;', '/x/fast-check.js')).toBeNull();
  });

  test('adds no line before the end, also behind a source map comment', () => {
    const code = 'function check(p, a) {}\nexports.check = check;\n//# sourceMappingURL=x.map';
    expect(addCheckHook(code, '/x/fast-check.js')!.startsWith(`${code}\n`)).toBe(true);
  });

  describe('of a module in one file', () => {
    const code = [
      "function stringify(value) { return 'text of ' + value; }",
      'function readConfigureGlobal() { return { seed: 1 }; }',
      "function check(property, parameters) { return ['own', property, parameters]; }",
      'function assert(property) { return check(property); }',
      'exports.check = check;',
      'exports.assert = assert;',
    ].join('\n');
    const realm: { [CHECK_HOOK]?: CheckHook } = {};
    const context = vm.createContext(realm);
    const load = (): { check: (property: unknown) => unknown; assert: (property: unknown) => unknown } => {
      const exported = {};
      vm.compileFunction(addCheckHook(code, '/x/fast-check.js')!, ['exports'], { parsingContext: context })(exported);
      return exported as ReturnType<typeof load>;
    };

    test('without a hook its own function runs', () => {
      expect(load().check('p')).toEqual(['own', 'p', undefined]);
    });

    test('with a hook the hook runs, from assert too, and knows its own function and the copy', () => {
      realm[CHECK_HOOK] = {
        check: (original, property, parameters, { file, stringify, globalParameters }) =>
          ['hook', original(property, parameters), file, stringify(3), globalParameters()] as const,
      };
      try {
        const expected = ['hook', ['own', 'p', undefined], '/x/fast-check.js', 'text of 3', { seed: 1 }];
        const { check, assert } = load();
        expect([check('p'), assert('p')]).toEqual([expected, expected]);
      } finally {
        delete realm[CHECK_HOOK];
      }
    });
  });

  test('in several files it reaches the helpers by their paths', () => {
    const common = addCheckHook('function check(p) {}\nexports.check = check;', '/x/Runner.js')!;
    expect(common).toContain('require("../../utils/stringify.js").stringify(v)');
    const native = addCheckHook('export function a() {}\nfunction check(p) {}\nexport { check };', '/x/Runner.js')!;
    expect(native).toContain('from"./configuration/GlobalParameters.js"');
    expect(native).not.toContain('exports.check=');
  });
});
