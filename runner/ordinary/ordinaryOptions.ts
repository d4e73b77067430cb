/** What an ordinary run of Jest with `fuzz-runner/setup` does for a property, besides fast-check's own runs. */
export interface OrdinaryOptions {
  /** Run saved inputs first. Default true. */
  readonly replay?: boolean;
  /** Save failures that fail their test. Default true. */
  readonly save?: boolean;
  /** Seconds to look for further failures once there is one; 0 is not at all. Default 1. */
  readonly search?: number;
  /** Runs after which the search ends in any case. Default 5000. */
  readonly searchRuns?: number;
  /** Seconds to make all failures of a property simpler; 0 leaves that to fast-check. Default 2. */
  readonly simplify?: number;
}

/** `OrdinaryOptions`, complete; times in milliseconds. */
export interface OrdinarySettings {
  readonly replay: boolean;
  readonly save: boolean;
  readonly searchMs: number;
  readonly searchRuns: number;
  readonly simplifyMs: number;
}

/** Under this key the options of a property are among the parameters of `fc.assert`; see `ordinary` in api.ts. */
export const ORDINARY = Symbol.for('fuzz-runner.ordinary@1');

const DEFAULTS: Required<OrdinaryOptions> = { replay: true, save: true, search: 1, searchRuns: 5000, simplify: 2 };
const OFF: Required<OrdinaryOptions> = { replay: false, save: false, search: 0, searchRuns: 0, simplify: 0 };

/** Read once: tests may change the environment, and reading it is slow. */
const VARIABLE = process.env['FUZZ_ORDINARY'] ?? '';

type Parameters = Readonly<Record<string | symbol, unknown>>;

/**
 * What an ordinary run does for one property. The variable `FUZZ_ORDINARY` has the last word, then the parameters of
 * the property, then those of `fc.configureGlobal`, then `globals.fuzzRunner` of the Jest project.
 */
export function ordinarySettings(
  globalParameters: object | undefined,
  parameters: object | undefined,
  realm: object = globalThis,
  variable: string = VARIABLE,
): OrdinarySettings {
  const options: Required<OrdinaryOptions> = {
    ...DEFAULTS,
    ...checked((realm as Parameters)['fuzzRunner'], 'globals.fuzzRunner of the Jest project'),
    ...checked((globalParameters as Parameters | undefined)?.[ORDINARY], 'ordinary()'),
    ...checked((parameters as Parameters | undefined)?.[ORDINARY], 'ordinary()'),
    ...checked(parseVariable(variable), 'FUZZ_ORDINARY'),
  };
  const { replay, save, search, searchRuns, simplify } = options;
  return { replay, save, searchMs: search * 1000, searchRuns, simplifyMs: simplify * 1000 };
}

/** `off`, or `search=0,save=off`: the names of the options with numbers, `on` or `off`. */
function parseVariable(text: string): unknown {
  if (text.trim() === '') return undefined;
  if (/^(?:0|off|false|no)$/i.test(text.trim())) return OFF;
  return Object.fromEntries(
    text.split(',').map((part): [string, unknown] => {
      const [name = '', value = ''] = part.split('=').map((side) => side.trim());
      if (/^(?:on|true|yes)$/i.test(value)) return [name, true];
      return [name, /^(?:off|false|no)$/i.test(value) ? false : value === '' ? value : Number(value)];
    }),
  );
}

function checked(given: unknown, where: string): OrdinaryOptions {
  if (given === undefined) return {};
  if (given === false) return OFF;
  if (typeof given !== 'object' || given === null) {
    throw new TypeError(`Expected ${where} to be an object of options, or false, but received ${String(given)}.`);
  }
  return Object.fromEntries(
    Object.entries(given).map(([name, value]): [string, unknown] => {
      const kind = typeof (DEFAULTS as Readonly<Record<string, unknown>>)[name];
      if (kind === 'undefined') {
        const names = Object.keys(DEFAULTS).join(', ');
        throw new TypeError(`Expected ${where} to have options of ${names} only, but received "${name}".`);
      }
      if (kind === 'number' && value === false) return [name, 0];
      const isGood = typeof value === kind && (typeof value !== 'number' || value >= 0);
      if (isGood) return [name, value];
      const expected = kind === 'number' ? 'a number, 0 or more, or off' : 'on or off';
      throw new TypeError(`Expected ${name} in ${where} to be ${expected}, but received ${String(value)}.`);
    }),
  );
}
