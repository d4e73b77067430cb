import { expect } from '@jest/globals';
import fc from 'fast-check';
import { Random } from '../../../src/choice/random';
import type { Choices } from '../../../src/choice/choices';
import { Corpus, type CorpusEntry } from '../../../src/corpus/corpus';
import { encodeValue } from '../../../src/property/encodeValue';
import { InputRunner } from '../../../src/property/inputRunner';
import { Subject } from '../../../src/mutate/subject';

export interface TextEntry {
  /** Kept for feature 7. */
  readonly entry: CorpusEntry<Subject>;
  /** The text that an input of the same property is. */
  readonly textOf: (choices: Choices) => string;
}

/** An entry of the corpus of a property of one text. */
export function textEntry(input: string): TextEntry {
  let text = '';
  const arbitrary = fc.string({ maxLength: 60 });
  const property = fc.property(arbitrary, (value) => void (text = value));
  const runner = new InputRunner(property, { random: new Random(1) });
  const textOf = (choices: Choices): string => {
    runner.generate({ type: 'replay', choices, tail: 'simplest' }, true);
    void runner.execute();
    return text;
  };
  expect(textOf(encodeValue(fc.tuple(arbitrary), [input])!)).toBe(input);
  const subject = new Subject(runner.recording());
  const { entry } = new Corpus<Subject>().admit(subject.recording.choices, runner.tape.drawn, [7], subject);
  return { entry: entry!, textOf };
}
