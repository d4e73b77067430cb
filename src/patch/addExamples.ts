import { appendItems, type Edit } from './appendItems';
import type { CheckCall } from './findCheckCall';
import type { LocalNames } from './localNames';
import { isPath, keyOf, namedParameters, objectParameters } from './namedParameters';
import { bare, field, flag, list, nameOf, type Node } from './syntaxTree';

/** The edits of the text, or why there can be none. The list is empty when the examples are there already. */
type Result = { readonly edits: readonly Edit[] } | { readonly problem: string };

/** What has to be known about the file that contains the call. */
interface Surroundings {
  readonly source: string;
  readonly names: LocalNames;
  readonly isTypeScript: boolean;
}

/**
 * Adds examples, as source text, to the parameters of a call: to its list of examples, as a new list in its object of
 * parameters, or as a new object. If the text does not show which examples the parameters have, the result is a
 * problem.
 */
export function addExamples({ call }: CheckCall, examples: readonly string[], file: Surroundings): Result {
  const { source } = file;
  const given = list(call, 'arguments').filter((argument) => argument !== null);
  const [property, parameters, ...others] = given;
  if (property === undefined || others.length > 0 || given.some((one) => one.type === 'SpreadElement')) {
    return { problem: 'the call has arguments that are not understood' };
  }
  if (parameters === undefined) {
    const open = source.indexOf('(', typeArgumentsEnd(call));
    const bracketed = { open, close: call.end - 1, items: [property], isSpaced: false };
    return { edits: appendItems(source, bracketed, [`{ ${listOf(examples)} }`]) };
  }
  const node = bare(parameters);
  if (node.type === 'ObjectExpression') return intoObject(node, examples, file);
  if (nameOf(node) === 'undefined') return replace(parameters, `{ ${listOf(examples)} }`);
  const old = examplesOf(node, examples.length, file);
  if (!Array.isArray(old)) return old;
  return replace(parameters, `{ ...${textOf(parameters, source)}, ${listOf([...old, ...examples])} }`);
}

const HAS_PATH = { problem: 'its parameters have a `path`, which replays one input only' };

const FEW_RUNS = { problem: 'its `numRuns` allows fewer runs than there would be examples' };

/** Source text that spreads the present examples of parameters that have a name; empty when they have no examples. */
function examplesOf(
  node: Node,
  added: number,
  { source, names, isTypeScript }: Surroundings,
): string[] | { problem: string } {
  if (!isPath(node)) return { problem: 'its parameters are computed' };
  const { examples, hasPath, runsLeft } = namedParameters(node, names);
  const text = textOf(node, source);
  if (hasPath) return HAS_PATH;
  if (runsLeft < added) return FEW_RUNS;
  if (examples === 'none') return [];
  if (examples === 'some') return [`...${text}.examples`];
  if (examples === 'unknown' && isTypeScript) {
    return { problem: `its parameters are in \`${text}\`, whose type may have no \`examples\`` };
  }
  return [`...(${text}?.examples ?? [])`];
}

function intoObject(object: Node, examples: readonly string[], file: Surroundings): Result {
  const { source } = file;
  const properties = list(object, 'properties').filter((property) => property !== null);
  const { keys, hasPath, runsLeft } = objectParameters(object);
  if (hasPath) return HAS_PATH;
  const at = keys.lastIndexOf('examples');
  const behind = properties.slice(at + 1).filter((property) => property.type === 'SpreadElement');
  if (at === -1) {
    if (runsLeft < examples.length) return FEW_RUNS;
    const olds: string[] = [];
    for (const spread of behind) {
      const old = examplesOf(bare(field(spread, 'argument')!), examples.length, file);
      if (!Array.isArray(old)) return old;
      olds.push(...old);
    }
    // If several objects are spread, only the examples of the last one with examples are used: the text does not show
    // which object that is.
    if (olds.length > 1) return { problem: 'its parameters are put together from several objects' };
    const bracketed = { open: object.start, close: object.end - 1, items: properties, isSpaced: true };
    return { edits: appendItems(source, bracketed, [listOf([...olds, ...examples])]) };
  }
  if (behind.length > 0) return { problem: 'its `examples` may be replaced by an object that is spread after them' };
  const property = properties[at]!;
  const value = property.type === 'ObjectProperty' ? field(property, 'value') : null;
  if (value === null || keyOf(property) === null) return { problem: 'its `examples` are computed' };
  const node = bare(value);
  if (node.type === 'ArrayExpression') return intoList(node, examples, runsLeft, source);
  if (runsLeft < examples.length) return FEW_RUNS;
  if (nameOf(node) === 'undefined') return replace(property, listOf(examples));
  const old = isPath(node) && value === node ? textOf(value, source) : `(${textOf(value, source)})`;
  const whole = [`...${old}`, ...examples];
  return flag(property, 'shorthand') ? replace(property, listOf(whole)) : replace(value, `[${whole.join(', ')}]`);
}

function intoList(array: Node, examples: readonly string[], runsLeft: number, source: string): Result {
  const items = list(array, 'elements').filter((item) => item !== null);
  const there = new Set(items.map((item) => withoutStyle(textOf(item, source))));
  const missing = examples.filter((example) => !there.has(withoutStyle(example)));
  if (runsLeft < missing.length) return FEW_RUNS;
  if (missing.length === 0) return { edits: [] };
  const bracketed = { open: array.start, close: array.end - 1, items, isSpaced: false };
  return { edits: appendItems(source, bracketed, missing) };
}

function listOf(items: readonly string[]): string {
  return `examples: [${items.join(', ')}]`;
}

function replace({ start, end }: Node, text: string): Result {
  return { edits: [{ start, end, text }] };
}

function textOf({ start, end }: Node, source: string): string {
  return source.slice(start, end);
}

function typeArgumentsEnd(call: Node): number {
  const types = field(call, 'typeParameters') ?? field(call, 'typeArguments');
  return types?.end ?? field(call, 'callee')!.end;
}

/** The text without spaces and with one kind of quotes, to compare two examples. */
function withoutStyle(source: string): string {
  return source
    .replaceAll(/\s/g, '')
    .replaceAll(/['`]/g, '"')
    .replaceAll(/,(?=[\]})])/g, '');
}
