import type { LocalNames } from './localNames';
import {
  bare,
  children,
  field,
  isCall,
  isFunction,
  isMember,
  list,
  memberName,
  nameOf,
  text,
  type Node,
} from './syntaxTree';

/** A call of `test`, `it` or `test.prop` in the text of a test file. */
export interface FoundTest {
  /** Matches the full name, describe blocks first. */
  readonly pattern: RegExp;
  /** Whether all titles are plain text. */
  readonly isExact: boolean;
  /** Whether it may run several times: in a loop, by `each`, or in a function that may be called several times. */
  readonly isRepeated: boolean;
  /** The arguments after the title, one of which is the function that runs. */
  readonly body: readonly Node[];
  /** The call `test.prop(arbitraries, parameters)` that makes it; null for an ordinary test. */
  readonly propCall: Node | null;
}

/** All tests of a file, in the order of its text. */
export function findTests(program: Node, names: LocalNames): FoundTest[] {
  const tests: FoundTest[] = [];
  visit(program, { titles: [], isExact: true, isRepeated: false }, names, tests);
  return tests;
}

interface Surroundings {
  /** The titles of the describe blocks, as sources of regular expressions. */
  readonly titles: readonly string[];
  readonly isExact: boolean;
  readonly isRepeated: boolean;
}

const ANYTHING = '.*';

const LOOPS = new Set(['ForStatement', 'ForInStatement', 'ForOfStatement', 'WhileStatement', 'DoWhileStatement']);

/** Whether the nodes below a node may run more than once. */
export function isLoop(node: Node): boolean {
  if (LOOPS.has(node.type)) return true;
  if (!isCall(node)) return false;
  const callee = bare(field(node, 'callee')!);
  return isMember(callee) && ITERATIONS.has(memberName(callee) ?? '');
}

const ITERATIONS = new Set([
  'forEach',
  'map',
  'flatMap',
  'filter',
  'reduce',
  'reduceRight',
  'some',
  'every',
  'from',
  'find',
]);

function visit(node: Node, around: Surroundings, names: LocalNames, tests: FoundTest[]): void {
  const called = isCall(node) ? calledBlock(node, names) : null;
  if (called === null) {
    // A named function may be called from anywhere, any number of times.
    const isOpen = isNamedFunction(node);
    const inner: Surroundings = isOpen
      ? { titles: [ANYTHING], isExact: false, isRepeated: true }
      : isLoop(node)
        ? { ...around, isRepeated: true }
        : around;
    for (const child of children(node)) visit(child, inner, names, tests);
    return;
  }
  const [title, ...body] = list(node, 'arguments').filter((argument) => argument !== null);
  if (title === undefined) return;
  const { pattern, isExact } = titlePattern(title, called.isEach);
  const inner: Surroundings = {
    titles: [...around.titles, pattern],
    isExact: around.isExact && isExact,
    isRepeated: around.isRepeated || called.isEach,
  };
  if (called.kind === 'describe') {
    for (const child of body) visitBody(child, inner, names, tests);
    return;
  }
  tests.push({
    pattern: new RegExp(`^${inner.titles.join(' ')}$`, 's'),
    isExact: inner.isExact,
    isRepeated: inner.isRepeated,
    body,
    propCall: called.propCall,
  });
}

/** The function given to `describe` is called once. */
function visitBody(node: Node, around: Surroundings, names: LocalNames, tests: FoundTest[]): void {
  const inner = isFunction(node) ? children(node) : [node];
  for (const child of inner) visit(child, around, names, tests);
}

function isNamedFunction(node: Node): boolean {
  if (node.type === 'FunctionDeclaration') return true;
  if (node.type !== 'VariableDeclarator') return false;
  const value = field(node, 'init');
  return value !== null && isFunction(bare(value));
}

/** Whether a call makes a describe block or a test, and how; null for all other calls. */
function calledBlock(
  call: Node,
  names: LocalNames,
): { kind: 'describe' | 'test'; isEach: boolean; propCall: Node | null } | null {
  let callee = bare(field(call, 'callee')!);
  let isEach = false;
  let propCall: Node | null = null;
  // `test.only`, `test.each(table)`, `` test.each`table` ``, `test.concurrent.prop(arbitraries)`.
  for (;;) {
    const inner = isCall(callee) ? field(callee, 'callee') : field(callee, 'tag');
    const member = isMember(callee) ? callee : inner !== null && isMember(bare(inner)) ? bare(inner) : null;
    if (member === null) break;
    const name = memberName(member);
    if (name === 'each' && callee !== member) isEach = true;
    else if (name === 'prop' && callee !== member) propCall = callee;
    else if (callee !== member || !MODIFIERS.has(name ?? '')) return null;
    callee = bare(field(member, 'object')!);
  }
  const kind = names.functions.get(nameOf(callee) ?? '');
  return kind === 'describe' || kind === 'test' ? { kind, isEach, propCall } : null;
}

const MODIFIERS = new Set(['only', 'skip', 'concurrent', 'failing', 'fails']);

/** A title as the source of a regular expression. */
function titlePattern(title: Node, isEach: boolean): { pattern: string; isExact: boolean } {
  const node = bare(title);
  switch (node.type) {
    case 'StringLiteral': {
      const value = text(node, 'value')!;
      if (!isEach) return { pattern: escapePattern(value), isExact: true };
      // `%s` and `$name` stand for values of the table.
      const parts = value.split(/%[\w%#$]|\$[\w.#]+/).map(escapePattern);
      return { pattern: parts.join(ANYTHING), isExact: false };
    }
    case 'TemplateLiteral': {
      const parts = list(node, 'quasis').map((part) => templateText(part!));
      if (parts.length === 1) return { pattern: escapePattern(parts[0]!), isExact: true };
      return { pattern: parts.map(escapePattern).join(ANYTHING), isExact: false };
    }
    case 'NumericLiteral':
      return { pattern: escapePattern(String((node as Node & { value: number }).value)), isExact: true };
    case 'BinaryExpression': {
      const [left, right] = [field(node, 'left'), field(node, 'right')];
      if (text(node, 'operator') !== '+' || left === null || right === null) break;
      const [before, after] = [titlePattern(left, isEach), titlePattern(right, isEach)];
      return { pattern: before.pattern + after.pattern, isExact: before.isExact && after.isExact };
    }
    default:
  }
  return { pattern: ANYTHING, isExact: false };
}

function templateText(part: Node): string {
  return (part as Node & { value: { cooked: string | null } }).value.cooked ?? '';
}

function escapePattern(value: string): string {
  return value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
