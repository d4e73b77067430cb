import { isLoop, type FoundTest } from './findTests';
import { fastCheckFunction, type LocalNames } from './localNames';
import { bare, children, field, isCall, isFunction, isMember, list, nameOf, type Node } from './syntaxTree';

/** The call that gets an example. */
export interface CheckCall {
  /** `fc.assert(property, parameters)` or `test.prop(arbitraries, parameters)`. */
  readonly call: Node;
  /** Whether an example is one value and not a list of arguments: `test.prop({ a: … })`. */
  readonly isRecord: boolean;
}

/**
 * The call of `fc.assert` that a test executes as number `ordinal` (from 0), found in the text alone. If the text does
 * not show it for sure, the result is a problem with the reason: a wrong place is worse than none. `argumentCount` is
 * the number of arguments of the failing input, which the call must take.
 */
export function findCheckCall(
  tests: readonly FoundTest[],
  names: LocalNames,
  wanted: { readonly testName: string; readonly ordinal: number; readonly argumentCount: number },
): CheckCall | { readonly problem: string } {
  const matching = tests.filter((test) => test.pattern.test(wanted.testName));
  const exact = matching.filter((test) => test.isExact);
  const [test, other] = exact.length > 0 ? exact : matching;
  if (test === undefined) return { problem: 'no test of this name was found in the text of the file' };
  if (other !== undefined) return { problem: 'several tests in the file may have this name' };
  if (test.isRepeated)
    return { problem: 'the test is run several times (by each, a loop or a function), with different values' };
  if (test.propCall !== null) return propCall(test.propCall, wanted.argumentCount);
  const found: Site[] = [];
  for (const node of test.body) collect(node, NOWHERE, names, found);
  return chosen(found, wanted, names);
}

interface Place {
  readonly isInLoop: boolean;
  readonly isConditional: boolean;
  /** The functions of the file that are called on the way from the test to this place. */
  readonly through: readonly string[];
}

interface Site extends Place {
  readonly call: Node;
}

const NOWHERE: Place = { isInLoop: false, isConditional: false, through: [] };

function chosen(
  found: readonly Site[],
  { ordinal, argumentCount }: { ordinal: number; argumentCount: number },
  names: LocalNames,
): CheckCall | { problem: string } {
  const site = found[ordinal];
  if (found.length === 0) {
    return { problem: 'no call of fc.assert was found in the test (it may be in a function of another file)' };
  }
  if (found.slice(0, ordinal + 1).some((one) => one.isInLoop)) return { problem: 'fc.assert is called in a loop' };
  if (site === undefined) {
    return {
      problem: `it failed in call ${ordinal + 1} of fc.assert, but only ${found.length} were found in the test`,
    };
  }
  if (found.length > 1 && found.slice(0, ordinal + 1).some((one) => one.isConditional)) {
    return { problem: 'conditions decide which calls of fc.assert are made' };
  }
  const shared = site.through.find((name) => (names.uses.get(name) ?? 0) > 1);
  if (shared !== undefined) {
    return { problem: `fc.assert is called in the function ${shared}, which is used elsewhere too` };
  }
  const count = arbitraryCount(site.call, names);
  if (count !== null && count !== argumentCount) {
    return { problem: `the property found takes ${count} values, and the input has ${argumentCount}` };
  }
  return { call: site.call, isRecord: false };
}

function propCall(call: Node, argumentCount: number): CheckCall | { problem: string } {
  const [arbitraries] = list(call, 'arguments');
  const node = arbitraries === undefined || arbitraries === null ? null : bare(arbitraries);
  if (node?.type === 'ObjectExpression') return { call, isRecord: true };
  if (node?.type !== 'ArrayExpression') return { problem: 'the arbitraries of test.prop are not written in place' };
  const items = list(node, 'elements');
  if (items.every((item) => item !== null && item.type !== 'SpreadElement') && items.length !== argumentCount) {
    return { problem: `the property found takes ${items.length} values, and the input has ${argumentCount}` };
  }
  return { call, isRecord: false };
}

/**
 * Collects calls of `fc.assert` in the order of the text. Calls in a function of the file count where that function is
 * called.
 */
function collect(node: Node, place: Place, names: LocalNames, found: Site[]): void {
  if (isCall(node)) {
    const callee = field(node, 'callee')!;
    if (fastCheckFunction(callee, names) === 'assert') {
      // Calls inside this call run while the property runs; they are not counted.
      found.push({ call: node, ...place });
      return;
    }
    const name = nameOf(callee);
    const body = name === null ? undefined : names.declared.get(name);
    if (name !== null && body !== undefined && body !== null && !place.through.includes(name)) {
      for (const child of children(body)) collect(child, { ...place, through: [...place.through, name] }, names, found);
    }
  }
  // A function with a name runs where it is called.
  if (node.type === 'FunctionDeclaration') return;
  if (node.type === 'VariableDeclarator') {
    const value = field(node, 'init');
    if (value !== null && isFunction(bare(value))) return;
  }
  for (const child of children(node)) collect(child, placeBelow(node, child, place), names, found);
}

function placeBelow(node: Node, child: Node, place: Place): Place {
  // A list is evaluated once, before it is iterated.
  if (isLoop(node) && child !== field(node, 'callee')) return { ...place, isInLoop: true };
  return isConditionalIn(node, child) ? { ...place, isConditional: true } : place;
}

function isConditionalIn(node: Node, child: Node): boolean {
  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return child !== field(node, 'test');
    case 'LogicalExpression':
      return child === field(node, 'right');
    case 'SwitchCase':
    case 'CatchClause':
      return true;
    default:
      return false;
  }
}

/** How many arbitraries the property of a call has; null when the text does not show it. */
function arbitraryCount(call: Node, names: LocalNames): number | null {
  let property = list(call, 'arguments')[0] ?? null;
  if (property === null) return null;
  property = bare(property);
  // `fc.property(…).beforeEach(…)`.
  while (isCall(property)) {
    const callee = bare(field(property, 'callee')!);
    if (fastCheckFunction(callee, names) === 'property') break;
    if (!isMember(callee)) return null;
    property = bare(field(callee, 'object')!);
  }
  if (!isCall(property)) return null;
  const given = list(property, 'arguments');
  return given.some((argument) => argument?.type === 'SpreadElement') ? null : given.length - 1;
}
