/** A piece of an input's text, with its kind for coloring. */
export interface Piece {
  readonly kind: 'plain' | 'string' | 'number' | 'word';
  readonly text: string;
}

/**
 * An input as fast-check prints it (`[[0,1],{"a":"b"}]`), broken into several lines where it is longer than `width`
 * characters. If its brackets do not balance, for example because the text was cut, it is returned as it is.
 */
export function prettyInput(text: string, width = 76): string {
  const tokens = tokenize(text);
  const reader: Reader = { tokens, at: 0 };
  const nodes = readNodes(reader, null);
  return nodes === null || reader.at < tokens.length ? text : printNodes(nodes, '', width);
}

/** Splits a text into pieces by kind. The pieces together are the whole text. */
export function colorInput(text: string): Piece[] {
  const pieces: Piece[] = [];
  const tokens = tokenize(text);
  for (const [at, token] of tokens.entries()) {
    // The name of a field is not a value.
    const kind = tokens[at + 1] === ':' ? 'plain' : kindOf(token);
    const last = pieces.at(-1);
    if (last !== undefined && last.kind === kind) pieces[pieces.length - 1] = { kind, text: last.text + token };
    else pieces.push({ kind, text: token });
  }
  return pieces;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|-?\b\d[\w.]*(?:[eE][+-]\d+)?|[\w$]+|\s+|[^]/g;
const CLOSERS: Record<string, string> = { '[': ']', '{': '}', '(': ')' };
/** An input that is nested deeper is returned as it is, so that recursion cannot overflow the stack. */
const MAX_DEPTH = 200;

function tokenize(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

function kindOf(token: string): Piece['kind'] {
  if (/^["'`]./.test(token)) return 'string';
  if (/^-?\d/.test(token)) return 'number';
  if (/^(?:true|false|null|undefined|NaN|Infinity)$/.test(token)) return 'word';
  return 'plain';
}

interface Reader {
  readonly tokens: readonly string[];
  at: number;
}

/** A token, or a bracket with its comma-separated items. */
type Node = string | { readonly open: string; readonly items: readonly (readonly Node[])[] };

/**
 * Reads up to `closer` (null: up to the end), and inside brackets also up to a comma. Null if brackets do not balance.
 */
function readNodes(reader: Reader, closer: string | null, depth = 0): Node[] | null {
  const nodes: Node[] = [];
  while (reader.at < reader.tokens.length) {
    const token = reader.tokens[reader.at]!;
    if (closer !== null && (token === closer || token === ',')) return nodes;
    reader.at += 1;
    const inner = CLOSERS[token];
    if (inner === undefined) {
      if (token === ']' || token === '}' || token === ')') return null;
      const endsName = token === ':' && closer === '}' && !/^\s/.test(reader.tokens[reader.at] ?? ' ');
      nodes.push(endsName ? ': ' : token);
      continue;
    }
    const items = depth > MAX_DEPTH ? null : readItems(reader, inner, depth);
    if (items === null) return null;
    nodes.push({ open: token, items });
  }
  return closer === null ? nodes : null;
}

function readItems(reader: Reader, closer: string, depth: number): Node[][] | null {
  const items: Node[][] = [];
  for (;;) {
    const item = readNodes(reader, closer, depth + 1);
    if (item === null) return null;
    items.push(item);
    const end = reader.tokens[reader.at];
    reader.at += 1;
    if (end === closer) return items;
  }
}

function printNodes(nodes: readonly Node[], indent: string, width: number): string {
  const flat = flatten(nodes);
  if (indent.length + flat.length <= width) return flat;
  let printed = '';
  for (const node of nodes) {
    const column = indent.length + printed.length - (printed.lastIndexOf('\n') + 1);
    printed += typeof node === 'string' ? node : printBracket(node, indent, width, width - column);
  }
  return printed.trim();
}

/** `room`: how many characters fit on the rest of the present line. */
function printBracket(node: Exclude<Node, string>, indent: string, width: number, room: number): string {
  const flat = flatten([node]);
  if (flat.length <= room) return flat;
  const inner = `${indent}  `;
  const lines = node.items.map((item) => inner + printNodes(item, inner, width).trim());
  return `${node.open}\n${lines.join(',\n')}\n${indent}${CLOSERS[node.open]}`;
}

function flatten(nodes: readonly Node[]): string {
  return nodes
    .map((node) => {
      if (typeof node === 'string') return node;
      return `${node.open}${node.items.map((item) => flatten(item).trim()).join(', ')}${CLOSERS[node.open]}`;
    })
    .join('');
}
