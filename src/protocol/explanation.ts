/** What was found out about a minimal failure: what it depends on. Missing where nobody has looked. */
export interface Explanation {
  /** Inputs that were run for it. */
  readonly runs: number;
  /** Parts of the arguments that do not matter: with any other value that was tried, it fails in the same way. */
  readonly free: readonly FreePart[];
  /** Of `tried` inputs in which all of these were other values at once, `failed` did; null for fewer than two parts. */
  readonly together: { readonly tried: number; readonly failed: number } | null;
  /** The input seen to pass that differs least; null if there is none. */
  readonly nearest: NearestInput | null;
  /** Places in the code; null if runs are too few to say so. */
  readonly reached: ReachedPlaces | null;
}

export interface FreePart {
  /** For people: `the 2nd argument`, `[0].count of the 1st argument`. */
  readonly part: string;
  /** Distinct other values that failed. */
  readonly tried: number;
  /** Others that `fc.pre` rejected, which say nothing. */
  readonly rejected: number;
  /** There are no other values. */
  readonly isAll: boolean;
}

export interface NearestInput {
  /** The arguments as fast-check prints them. */
  readonly input: string;
  /** The parts that differ, named as in `FreePart`; none where the input is one argument that is another. */
  readonly changes: readonly { readonly part: string; readonly value: string; readonly insteadOf: string }[];
}

/** Places that each of the `failing` runs reached, and none of the `passing` ones. */
export interface ReachedPlaces {
  /** `src/queue.ts:41`, where branches begin; the nearest to the place of the failure first. */
  readonly places: readonly string[];
  readonly failing: number;
  readonly passing: number;
}

/** Longest values that are told of a difference, both together, and longest input. */
const MOST_CHARACTERS = 60;
const LONGEST_INPUT = 200;

/** The explanation in lines for people, without a title; none if nothing was found out. */
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

/** The line above those of `explanationLines`; `when`: in this run, or when the failure was found. */
export function explanationTitle({ runs }: Explanation, when: 'now' | 'earlier' = 'now'): string {
  const by = `by ${runs} more ${runs === 1 ? 'run' : 'runs'}:`;
  return when === 'now' ? `Explained ${by}` : `Explained when it was found, ${by}`;
}

/** Title and lines, indented; none if nothing was found out. `explanation`: as it was saved. */
export function explanationText(explanation: unknown, when: 'now' | 'earlier' = 'now'): string[] {
  if (!isExplanation(explanation)) return [];
  const lines = explanationLines(explanation);
  return lines.length === 0 ? [] : [explanationTitle(explanation, when), ...lines.map((line) => `  ${line}`)];
}

/** What was saved is checked before it is shown: another version, or anybody, may have written it. */
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

/** Long values are in the input already. */
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
  return `but they matter together: with other values for all of them, ${passed} of ${tried} inputs did not fail so`;
}

function shorten(text: string): string {
  return text.length <= LONGEST_INPUT ? text : `${text.slice(0, LONGEST_INPUT)}… (${text.length} characters)`;
}
