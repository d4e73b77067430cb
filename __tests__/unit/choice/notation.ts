import type { Choices, ChoiceValue, Fork } from '../../../src/choice/choices';
import type { Random } from '../../../src/choice/random';

/**
 * A choice sequence from one line: numbers, bigints with `n`, forks in parentheses, `-` for a fork from which nothing
 * was drawn, a text in brackets, `biased` in front. `"biased 1 2n [2 97 98] (3 (4)) - (5)"`.
 */
export function choices(text: string): Choices {
  const tokens = text.match(/[()[\]]|[^\s()[\]]+/g) ?? [];
  const biased = tokens[0] === 'biased';
  let at = biased ? 1 : 0;
  const fork = (): Fork => {
    const values: ChoiceValue[] = [];
    const forks: (Fork | null)[] = [];
    const texts: number[] = [];
    for (; at < tokens.length && tokens[at] !== ')'; at += 1) {
      const token = tokens[at]!;
      if (token === '-') forks.push(null);
      else if (token === '(') {
        at += 1;
        forks.push(fork());
      } else if (token === '[' || token === ']') texts.push(values.length);
      else values.push(token.endsWith('n') ? BigInt(token.slice(0, -1)) : Number(token));
    }
    return texts.length === 0 ? { values, forks } : { values, forks, texts };
  };
  return { ...fork(), biased };
}

/** Any choice sequence, with values at the borders of their encoding. */
export function randomChoices(random: Random, depth = 0): Choices {
  const values = Array.from({ length: random.below(6) }, () => randomValue(random));
  const forks =
    depth > 2
      ? []
      : Array.from({ length: random.below(3) }, () =>
          random.below(3) === 0 ? null : withoutFlag(randomChoices(random, depth + 1)),
        );
  while (forks.length > 0 && isEmpty(forks.at(-1)!)) forks.pop();
  const texts = randomTexts(random, values.length);
  const made = { values, forks: forks.map((fork) => (isEmpty(fork) ? null : fork)), biased: random.below(2) === 0 };
  return texts.length === 0 ? made : { ...made, texts };
}

function randomTexts(random: Random, length: number): number[] {
  const texts: number[] = [];
  for (let at = random.below(length + 1); at + 2 <= length; at += random.below(3)) {
    const end = at + 2 + random.below(length - at - 1);
    texts.push(at, end);
    at = end;
  }
  return texts;
}

function withoutFlag({ values, forks, texts }: Choices): Fork {
  return texts === undefined ? { values, forks } : { values, forks, texts };
}

function isEmpty(fork: Fork | null): boolean {
  return fork === null || (fork.values.length === 0 && fork.forks.every(isEmpty));
}

function randomValue(random: Random): ChoiceValue {
  const isBig = random.below(3) === 0;
  const size = 2 ** random.below(isBig ? 200 : 54);
  const sign = random.below(2) === 0 ? 1 : -1;
  if (isBig) return BigInt(sign) * (BigInt(size) + BigInt(random.below(3) - 1));
  const value = sign * Math.min(Number.MAX_SAFE_INTEGER, size + random.below(3) - 1);
  return value === 0 ? 0 : value;
}
