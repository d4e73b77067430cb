import { parseArgs } from 'node:util';

/** A flag of ours, with its dashes. */
export interface FlagShape {
  readonly flag: string;
  readonly hasValue: boolean;
}

/** One part of a command line, in the order in which it was written. */
export interface CommandPart {
  /** A flag with its dashes, ours or another: `--seed`. Null for any other word. */
  readonly flag: string | null;
  /** The text after `=` or, for a flag of ours that has a value, the next word. */
  readonly value: string | undefined;
  /** Whether the value was written after `=`. */
  readonly isInline: boolean;
  /** The words as they were written: two for `--seed 7`; for `--`, all to the end. */
  readonly words: readonly string[];
}

/**
 * Divides a command line into parts, with Node's parser. It accepts unknown flags and missing values: the caller checks
 * them, because the errors of Node would not name the next step.
 */
export function divideCommandLine(words: readonly string[], flags: readonly FlagShape[]): CommandPart[] {
  const options = Object.fromEntries(
    flags.map(({ flag, hasValue }) => [flag.slice(2), { type: hasValue ? 'string' : 'boolean' } as const]),
  );
  const { tokens } = parseArgs({ args: [...words], options, strict: false, tokens: true });
  const parts: CommandPart[] = [];
  // The words after `--` are in the part of `--`. Letters after one dash are several tokens, but one word.
  let taken = 0;
  for (const token of tokens) {
    if (token.index < taken) continue;
    const isFlag = token.kind === 'option' && token.rawName.startsWith('--');
    const hasNext = isFlag && token.value !== undefined && !token.inlineValue;
    taken = token.kind === 'option-terminator' ? words.length : token.index + (hasNext ? 2 : 1);
    parts.push({
      flag: isFlag ? token.rawName : null,
      value: isFlag ? token.value : undefined,
      isInline: isFlag && token.inlineValue === true,
      words: words.slice(token.index, taken),
    });
  }
  return parts;
}
