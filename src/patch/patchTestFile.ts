import { addExamples } from './addExamples';
import { applyEdits, type Edit } from './appendItems';
import { readExample, styleExample } from './exampleText';
import { findCheckCall, type CheckCall } from './findCheckCall';
import { findTests } from './findTests';
import { localNames, type LocalNames } from './localNames';
import type { Node, ParseTestFile } from './syntaxTree';
import { unifiedDiff } from './unifiedDiff';

/** A failing input that will become an example. */
export interface Example {
  /** Identifies the example in the result. */
  readonly id: string;
  /** Full name of the test, describe blocks first. */
  readonly testName: string;
  /** Which check call of the test, from 0. */
  readonly ordinal: number;
  /** The arguments of the property as `valueToSource` writes them: `[0, "a"]`. */
  readonly source: string;
}

export interface PatchedFile {
  /** The new text; the old text when nothing was added. */
  readonly text: string;
  /** A unified diff; empty when nothing was added. */
  readonly diff: string;
  /** Ids of the examples that the text has now, including those that it had before. */
  readonly included: readonly string[];
  /** Examples that could not be added, and why. */
  readonly refused: readonly { readonly id: string; readonly reason: string }[];
}

/**
 * Adds failing inputs to the `examples` of the `fc.assert` and `test.prop` calls that found them, so that plain
 * fast-check runs them first. `file` is the name in the diff; its extension determines the language. The new text is
 * parsed and checked: if an example is not in its call, the whole patch is refused.
 */
export function patchTestFile(
  file: string,
  source: string,
  examples: readonly Example[],
  parse: ParseTestFile,
): PatchedFile {
  const refused: { id: string; reason: string }[] = [];
  const unchanged = (): PatchedFile => ({ text: source, diff: '', included: [], refused });
  const before = understand(source, file, parse);
  if ('problem' in before) {
    for (const { id } of examples) refused.push({ id, reason: before.problem });
    return unchanged();
  }
  const calls = new Map<Node, { check: CheckCall; wanted: Placed[] }>();
  for (const example of examples) {
    const placed = place(example, before, parse);
    if ('problem' in placed) {
      refused.push({ id: example.id, reason: placed.problem });
      continue;
    }
    const known = calls.get(placed.check.call);
    if (known === undefined) calls.set(placed.check.call, { check: placed.check, wanted: [placed] });
    else known.wanted.push(placed);
  }
  const isTypeScript = /\.[cm]?tsx?$/.test(file);
  const edits: Edit[] = [];
  const included: Placed[] = [];
  for (const { check, wanted } of calls.values()) {
    const texts = [...new Set(wanted.map((one) => one.text))];
    const result = addExamples(check, texts, { source, names: before.names, isTypeScript });
    if ('problem' in result) {
      for (const { example } of wanted) refused.push({ id: example.id, reason: result.problem });
      continue;
    }
    edits.push(...result.edits);
    included.push(...wanted);
  }
  const text = applyEdits(source, edits);
  const after = understand(text, file, parse);
  for (const { example, text: wanted } of included) {
    const found = 'problem' in after ? after : place(example, after, parse);
    if (!('problem' in found) && holds(text, found.check.call, wanted)) continue;
    const reason = 'a check of the changed text did not find every example in its call';
    return { ...unchanged(), refused: examples.map(({ id }) => ({ id, reason })) };
  }
  return { text, diff: unifiedDiff(file, source, text), included: included.map(({ example }) => example.id), refused };
}

interface Understood {
  readonly source: string;
  readonly program: Node;
  readonly names: LocalNames;
  readonly tests: ReturnType<typeof findTests>;
}

/** An example with the call that it belongs to, and with its text in the style of the file. */
interface Placed {
  readonly example: Example;
  readonly check: CheckCall;
  readonly text: string;
}

function understand(source: string, file: string, parse: ParseTestFile): Understood | { problem: string } {
  try {
    const program = parse(source, file);
    const names = localNames(program);
    return { source, program, names, tests: findTests(program, names) };
  } catch (error) {
    return { problem: `the file cannot be parsed (${error instanceof Error ? error.message : String(error)})` };
  }
}

function place(
  example: Example,
  { source, program, names, tests }: Understood,
  parse: ParseTestFile,
): Placed | { problem: string } {
  const read = readExample(example.source, parse);
  if (read === null) return { problem: 'its source text has more than plain values' };
  const { argumentCount } = read;
  const check = findCheckCall(tests, names, { ...example, argumentCount });
  if ('problem' in check) return check;
  return { example, check, text: styleExample(check.isRecord ? read.first : read.whole, program, source) };
}

function holds(source: string, call: Node, example: string): boolean {
  const plain = (text: string): string => text.replaceAll(/[\s'"`\\]/g, '');
  return plain(source.slice(call.start, call.end)).includes(plain(example));
}
