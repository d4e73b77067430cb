/** What an ordinary run of Jest with `fuzz-runner/setup` does for a property, in addition to fast-check's own runs. */
export interface OrdinaryOptions {
  /** Whether saved failing inputs run before fast-check's own runs. Default true. */
  readonly replay?: boolean;
  /** Whether failures are saved when their test fails. Default true. */
  readonly save?: boolean;
  /** Seconds to search for further failures after the property has failed; 0 for no search. Default 1. */
  readonly search?: number;
  /** Most runs of the property in this search. Default 5000. */
  readonly searchRuns?: number;
  /** Seconds to make all failures of the property simpler; 0 leaves this to fast-check's own shrinker. Default 2. */
  readonly simplify?: number;
}

/** `OrdinaryOptions` with all defaults filled in, and with times in milliseconds. */
export interface OrdinarySettings {
  readonly replay: boolean;
  readonly save: boolean;
  readonly searchMs: number;
  readonly searchRuns: number;
  readonly simplifyMs: number;
}

/** The key of these options among the parameters of `fc.assert`; see `ordinary` in api.ts. */
const ORDINARY = Symbol.for('fuzz-runner.ordinary@1');

const DEFAULTS: Required<OrdinaryOptions> = { replay: true, save: true, search: 1, searchRuns: 5000, simplify: 2 };
const OFF: Required<OrdinaryOptions> = { replay: false, save: false, search: 0, searchRuns: 0, simplify: 0 };

/** Read once, when this file is loaded: tests may change the environment, and it is slow to read. */
const VARIABLE = process.env['FUZZ_ORDINARY'] ?? '';

type Parameters = Readonly<Record<string | symbol, unknown>>;

/**
 * The settings of one property. An option is taken from the first of these that has it: the variable `FUZZ_ORDINARY`, the
 * parameters of the property, those of `fc.configureGlobal`, `globals.fuzzRunner` of the Jest project. Throws a TypeError
 * for an option that it does not know or a value that it cannot use.
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

/** Reads `off`, or a list such as `search=0,save=off`: names of options, each with a number, `on` or `off`. */
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
        throw new TypeError(`Expected ${where} to have only the options ${names}, but received "${name}".`);
      }
      if (kind === 'number' && value === false) return [name, 0];
      const isGood = typeof value === kind && (typeof value !== 'number' || value >= 0);
      if (isGood) return [name, value];
      const expected = kind === 'number' ? 'a number, 0 or more, or off' : 'on or off';
      throw new TypeError(`Expected ${name} in ${where} to be ${expected}, but received ${String(value)}.`);
    }),
  );
}
