/** What a minimal failure depends on, as far as it was found out. */
export interface Explanation {
  /** Inputs that were run for it. */
  readonly runs: number;
  /**
   * Parts of the arguments that do not matter: the input fails in the same way with every other value that was tried.
   */
  readonly free: readonly FreePart[];
  /**
   * Runs in which all of these parts had other values at once: `tried` inputs were run, and `failed` of them failed in
   * the same way. Null for fewer than two parts.
   */
  readonly together: { readonly tried: number; readonly failed: number } | null;
  /** Of all inputs that passed, the one that differs least; null if none passed. */
  readonly nearest: NearestInput | null;
  /** Places in the code that only failing runs reached; null if there were too few runs to decide. */
  readonly reached: ReachedPlaces | null;
}

export interface FreePart {
  /** The name of the part in texts: `the 2nd argument`, `[0].count of the 1st argument`. */
  readonly part: string;
  /** How many distinct other values failed. */
  readonly tried: number;
  /** How many other values `fc.pre` rejected. They show nothing. */
  readonly rejected: number;
  /** All other values that exist were tried. */
  readonly isAll: boolean;
}

export interface NearestInput {
  /** The arguments as fast-check prints them. */
  readonly input: string;
  /** The parts that differ, named as in `FreePart`; empty when the only argument is a different value as a whole. */
  readonly changes: readonly { readonly part: string; readonly value: string; readonly insteadOf: string }[];
}

/** Places that each of the `failing` runs reached, and that none of the `passing` runs reached. */
export interface ReachedPlaces {
  /** Where branches begin, as `src/queue.ts:41`; the nearest to the place of the failure comes first. */
  readonly places: readonly string[];
  readonly failing: number;
  readonly passing: number;
}

/** A difference shows its two values only if together they have at most this many characters. */
const MOST_CHARACTERS = 60;
/** A longer input is cut. */
const LONGEST_INPUT = 200;

/** The explanation as lines of text without a title; empty if nothing was found out. */
export function explanationLines({ free, together, nearest, reached }: Explanation): string[] {
  const lines = free.map((part) => `${part.part} does not matter: ${triesText(part)}`);
  if (together !== null) lines.push(togetherText(together));
  if (nearest !== null) {
    const changes = nearest.changes.map(changeText);
    const what = changes.length === 0 ? '' : ` (${changes.join('; ')})`;
    lines.push(`the nearest input that passes: ${shorten(nearest.input)}${what}`);
  }
  if (reached !== null && reached.places.length > 0) {
    const { places, failing, passing } = reached;
    lines.push(`only failing runs reached: ${places.join(', ')} (${failing} failing, ${passing} passing runs)`);
  }
  return lines;
}

/** The title above `explanationLines`. `when`: explained in this run, or earlier, when the failure was found. */
function explanationTitle({ runs }: Explanation, when: 'now' | 'earlier' = 'now'): string {
  const by = `by ${runs} more ${runs === 1 ? 'run' : 'runs'}:`;
  return when === 'now' ? `Explained ${by}` : `Explained when it was found, ${by}`;
}

/** The title, then the lines, indented; empty if nothing was found out. `explanation` may come from a database. */
export function explanationText(explanation: unknown, when: 'now' | 'earlier' = 'now'): string[] {
  if (!isExplanation(explanation)) return [];
  const lines = explanationLines(explanation);
  return lines.length === 0 ? [] : [explanationTitle(explanation, when), ...lines.map((line) => `  ${line}`)];
}

/**
 * Whether a saved value is an explanation. A database is not trusted: another version or another program may have
 * written the value.
 */
export function isExplanation(value: unknown): value is Explanation {
  const { runs, free, together, nearest, reached } = fieldsOf(value);
  return (
    typeof runs === 'number' &&
    isListOf(free, (part) => hasTypes(part, { part: 'string', tried: 'number', rejected: 'number' })) &&
    (together === null || hasTypes(together, { tried: 'number', failed: 'number' })) &&
    (nearest === null ||
      (hasTypes(nearest, { input: 'string' }) &&
        isListOf(fieldsOf(nearest)['changes'], (change) =>
          hasTypes(change, { part: 'string', value: 'string', insteadOf: 'string' }),
        ))) &&
    (reached === null ||
      (hasTypes(reached, { failing: 'number', passing: 'number' }) &&
        isListOf(fieldsOf(reached)['places'], (place) => typeof place === 'string')))
  );
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function hasTypes(value: unknown, types: Readonly<Record<string, 'string' | 'number'>>): boolean {
  const fields = fieldsOf(value);
  return Object.entries(types).every(([name, type]) => typeof fields[name] === type);
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}

/** Long values are left out: the text of the input shows them already. */
function changeText({ part, value, insteadOf }: NearestInput['changes'][number]): string {
  const isLong = value.length + insteadOf.length > MOST_CHARACTERS;
  return isLong ? `${part} differs` : `${part}: ${value} instead of ${insteadOf}`;
}

function triesText({ tried, rejected, isAll }: FreePart): string {
  const without = rejected === 0 ? '' : ` (and ${rejected} were rejected)`;
  if (tried === 1) return `the only other value failed too${without}`;
  return `all ${tried} other values${isAll ? '' : ' that were tried'} failed too${without}`;
}

function togetherText({ tried, failed }: { readonly tried: number; readonly failed: number }): string {
  if (tried === failed)
    return `nor do they matter together: all ${tried} inputs with other values for all of them failed too`;
  const passed = tried - failed;
  return `but they matter together: with other values for all of them, ${passed} of ${tried} inputs did not fail in this way`;
}

function shorten(text: string): string {
  return text.length <= LONGEST_INPUT ? text : `${text.slice(0, LONGEST_INPUT)}… (${text.length} characters)`;
}
