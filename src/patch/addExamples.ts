import { appendItems, type Edit } from './appendItems';
import type { CheckCall } from './findCheckCall';
import type { LocalNames } from './localNames';
import { bare, field, flag, isMember, list, nameOf, text, type Node } from './syntaxTree';

/** Changes of the text, and how many examples they add: those that are there already are not added again. */
export interface AddedExamples {
  readonly edits: readonly Edit[];
  readonly added: number;
}

type Result = AddedExamples | { readonly problem: string };

/**
 * Adds examples, as source text, to the parameters of a call: into the list that is there, as a new list in the
 * object that is there, or as a new object. Parameters whose examples cannot be told from the text are refused.
 */
export function addExamples(
  source: string,
  { call }: CheckCall,
  examples: readonly string[],
  names: LocalNames,
  isTypeScript: boolean,
): Result {
  const given = list(call, 'arguments').filter((argument) => argument !== null);
  const [property, parameters, ...others] = given;
  if (property === undefined || others.length > 0 || given.some((one) => one.type === 'SpreadElement')) {
    return { problem: 'the call has arguments that are not understood' };
  }
  const added = examples.length;
  const fresh = `examples: [${examples.join(', ')}]`;
  if (parameters === undefined) {
    const open = source.indexOf('(', typeArgumentsEnd(call));
    const bracketed = { open, close: call.end - 1, items: [property], isSpaced: false };
    return { edits: appendItems(source, bracketed, [`{ ${fresh} }`]), added };
  }
  const node = bare(parameters);
  if (node.type === 'ObjectExpression') return intoObject(source, node, examples);
  const replace = (replacement: string): Result => ({
    edits: [{ start: parameters.start, end: parameters.end, text: replacement }],
    added,
  });
  if (nameOf(node) === 'undefined') return replace(`{ ${fresh} }`);
  if (!isPath(node)) return { problem: 'its parameters are computed' };
  const known = knownExamples(node, names);
  if (known === 'path') return { problem: 'its parameters have a `path`, which replays one input only' };
  const given0 = source.slice(parameters.start, parameters.end);
  const before = source.slice(node.start, node.end);
  if (known === 'none') return replace(`{ ...${given0}, ${fresh} }`);
  if (known === 'unknown' && isTypeScript) {
    return { problem: `its parameters are in \`${before}\`, whose type may have no \`examples\`` };
  }
  const old = known === 'some' ? `...${before}.examples` : `...(${before}?.examples ?? [])`;
  return replace(`{ ...${given0}, examples: [${[old, ...examples].join(', ')}] }`);
}

function intoObject(source: string, object: Node, examples: readonly string[]): Result {
  const properties = list(object, 'properties').filter((property) => property !== null);
  if (properties.some((property) => keyOf(property) === 'path')) {
    return { problem: 'its parameters have a `path`, which replays one input only' };
  }
  const at = properties.findLastIndex((property) => keyOf(property) === 'examples');
  const spreads = properties.filter((property) => property.type === 'SpreadElement');
  const numRuns = properties.find((property) => keyOf(property) === 'numRuns');
  const limit = numRuns === undefined ? null : field(numRuns, 'value');
  const most = limit?.type === 'NumericLiteral' ? (limit as Node & { value: number }).value : Infinity;
  if (at === -1) {
    if (examples.length > most) return { problem: `its parameters allow ${most} runs, fewer than there are examples` };
    const olds: string[] = [];
    for (const spread of spreads) {
      const value = field(spread, 'argument')!;
      if (!isPath(bare(value))) return { problem: 'its parameters are computed' };
      olds.push(`...(${source.slice(value.start, value.end)}?.examples ?? [])`);
    }
    // Of several spreads the last one with examples counts: what the others have is not in force.
    if (olds.length > 1) return { problem: 'its parameters are put together from several objects' };
    const bracketed = { open: object.start, close: object.end - 1, items: properties, isSpaced: true };
    return {
      edits: appendItems(source, bracketed, [`examples: [${[...olds, ...examples].join(', ')}]`]),
      added: examples.length,
    };
  }
  if (properties.slice(at + 1).some((property) => property.type === 'SpreadElement')) {
    return { problem: 'its `examples` may be replaced by what is spread behind them' };
  }
  const property = properties[at]!;
  const value = property.type === 'ObjectProperty' ? field(property, 'value') : null;
  if (value === null) return { problem: 'its `examples` are computed' };
  const node = bare(value);
  if (node.type !== 'ArrayExpression') {
    const added = `[...${source.slice(value.start, value.end)}, ${examples.join(', ')}]`;
    const isSimple = isPath(node) && value === node;
    const whole = isSimple ? added : `[...(${source.slice(value.start, value.end)}), ${examples.join(', ')}]`;
    const edit = flag(property, 'shorthand')
      ? { start: property.start, end: property.end, text: `examples: ${whole}` }
      : { start: value.start, end: value.end, text: whole };
    return { edits: [edit], added: examples.length };
  }
  const items = list(node, 'elements').filter((item) => item !== null);
  const there = new Set(items.map((item) => withoutStyle(source.slice(item.start, item.end))));
  const missing = examples.filter((example) => !there.has(withoutStyle(example)));
  if (items.length + missing.length > most) {
    return { problem: `its parameters allow ${most} runs, fewer than there are examples` };
  }
  if (missing.length === 0) return { edits: [], added: 0 };
  const bracketed = { open: node.start, close: node.end - 1, items, isSpaced: false };
  return { edits: appendItems(source, bracketed, missing), added: missing.length };
}

/** What the file says of the examples of parameters that have a name. */
function knownExamples(node: Node, names: LocalNames): 'none' | 'some' | 'maybe' | 'unknown' | 'path' {
  const name = nameOf(node);
  const variable = name === null ? undefined : names.variables.get(name);
  if (variable === undefined || variable === null) return 'unknown';
  const value = variable.value === null ? null : bare(variable.value);
  if (value?.type !== 'ObjectExpression') return variable.isTyped ? 'maybe' : 'unknown';
  const properties = list(value, 'properties').filter((property) => property !== null);
  const keys = properties.map(keyOf);
  if (keys.includes('path')) return 'path';
  // With a type of its own the property may be optional, whatever the value is.
  if (variable.isTyped) return keys.includes('examples') || keys.includes(null) ? 'maybe' : 'none';
  if (keys.includes('examples')) return 'some';
  return keys.includes(null) ? 'unknown' : 'none';
}

/** The name of a property; null for a spread or a computed name. */
function keyOf(property: Node): string | null {
  const key = field(property, 'key');
  if (key === null) return null;
  if (flag(property, 'computed') && key.type !== 'StringLiteral') return null;
  return text(key, 'name') ?? text(key, 'value');
}

/** `a`, `a.b`, `this.a`: reading it twice is reading it once. */
function isPath(node: Node): boolean {
  if (node.type === 'Identifier' || node.type === 'ThisExpression') return true;
  return isMember(node) && !flag(node, 'computed') && isPath(bare(field(node, 'object')!));
}

function typeArgumentsEnd(call: Node): number {
  const types = field(call, 'typeParameters') ?? field(call, 'typeArguments');
  return types?.end ?? field(call, 'callee')!.end;
}

/** For comparing: without spaces, and with one kind of quotes. */
function withoutStyle(source: string): string {
  return source
    .replaceAll(/\s/g, '')
    .replaceAll(/['`]/g, '"')
    .replaceAll(/,(?=[\]})])/g, '');
}
