import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { expect, test } from '@jest/globals';
import { committedChoices, readCommittedInputs } from '../../../runner/replay/committedCorpus';
import { targetIdOf } from '../../../runner/fastCheck/targetId';
import { decodeChoices, toBlob } from '../../../src/choice/encoding';
import {
  addToCorpus,
  corpusFileName,
  EMPTY_CORPUS,
  formatCorpusFile,
  parseCorpusFile,
  type CommittedInput,
} from '../../../src/patch/corpusFile';

const blob = (...values: number[]): string => toBlob({ values, forks: [], biased: false });

function input(test: string, choices: string, rest: Partial<CommittedInput> = {}): CommittedInput {
  return { test, ordinal: 0, input: '[1]', error: 'Error: x', choices, ...rest };
}

test('the text is the same whoever adds what first, and adding twice adds once', () => {
  const all = [
    input('b', blob(1)),
    input('a', blob(1, 2)),
    input('a', blob(3)),
    input('a', blob(0), { ordinal: 1 }),
    input('a', blob(2)),
  ];
  const once = formatCorpusFile(addToCorpus(EMPTY_CORPUS, all));
  const other = all.reduceRight((corpus, one) => addToCorpus(corpus, [one, one]), EMPTY_CORPUS);
  expect(formatCorpusFile(other)).toBe(once);
  expect(parseCorpusFile(once).inputs.map((one) => [one.test, one.ordinal, one.choices])).toEqual([
    ['a', 0, blob(2)],
    ['a', 0, blob(3)],
    ['a', 0, blob(1, 2)],
    ['a', 1, blob(0)],
    ['b', 0, blob(1)],
  ]);
  expect(once.split('\n').filter((line) => line.includes('"choices"'))).toHaveLength(5);
});

test('what people read is short, and what they changed stays', () => {
  const long = input('a', blob(1), { input: 'x'.repeat(9000), error: 'Error: first\nsecond' });
  const corpus = addToCorpus(EMPTY_CORPUS, [long]);
  expect(corpus.inputs[0]!.input).toHaveLength(501);
  expect(corpus.inputs[0]!.error).toBe('Error: first');
  const edited = { ...corpus, inputs: [{ ...corpus.inputs[0]!, error: 'see issue 12' }] };
  expect(addToCorpus(edited, [long])).toEqual(edited);
});

test.each([
  ['{', /JSON/],
  ['null', /expected version 1 but received undefined/],
  ['{"version":2,"inputs":[]}', /expected version 1 but received 2/],
  ['{"version":1,"inputs":[{"test":"a"}]}', /missing fields/],
])('%s is refused', (text, reason) => {
  expect(() => parseCorpusFile(text)).toThrow(reason);
});

test('a target gets its own choices; damage is told and costs nothing else', () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-runner-corpus-'));
  try {
    const name = corpusFileName('tests/a.test.ts');
    expect(name).toBe('fuzz-corpus/tests/a.test.ts.json');
    const file = path.join(root, name);
    expect(readCommittedInputs(file)).toEqual({ inputs: [], warning: null });
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const odd = 'x :: y';
    const inputs = [
      input(odd, blob(7)),
      input(odd, 'fz9-damaged'),
      input(odd, blob(8), { ordinal: 1 }),
      input('z', blob(9)),
    ];
    fs.writeFileSync(file, formatCorpusFile({ version: 1, inputs }));
    const found = committedChoices(root, targetIdOf('tests/a.test.ts', odd, 0));
    expect(found.map((bytes) => decodeChoices(bytes).values)).toEqual([[7]]);
    expect(committedChoices(root, targetIdOf('tests/b.test.ts', odd, 0))).toEqual([]);
    fs.writeFileSync(file, '<<<<<<< ours');
    expect(readCommittedInputs(file)).toEqual({
      inputs: [],
      warning: expect.stringMatching(/is not replayed: .*JSON/),
    });
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
});
