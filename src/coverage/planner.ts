import type {
  AnyNode,
  AssignmentExpression,
  AssignmentProperty,
  CallExpression,
  MemberExpression,
  Program,
  Property,
} from 'acorn';
import type { Findings } from './comparisons/findings';
import { factsOfCall, factsOfOperator, factsOfSwitch, isLookUpOfKey } from './comparisons/memberFacts';
import { countChain, countLink, countLogical, countLogicalAssignment, visitTest } from './probes/branchProbes';
import { probeCall, probeDate, probePlus } from './probes/callProbes';
import { countClass } from './probes/classProbes';
import { probeOperator, probeSwitch, visitSwitchParts } from './probes/comparisonProbes';
import { countExpression, visitStatements } from './probes/countedParts';
import { countFunction } from './probes/functionProbes';
import { countLoop } from './probes/loopProbes';
import { probeCalledMember, probeMember } from './probes/memberProbes';
import { NumericNames } from './probes/numericNames';
import type { Frame, ProbeHost } from './probes/probeWriter';
import { countCases, countCatch, countIf } from './probes/statementProbes';
import { isSentElsewhere } from './source/ignored';
import { forEachChild, isTypeName, nameOf, rejectionHandler, takesName, unparenthesized } from './source/syntax';

export interface PlannerOptions {
  readonly isModule: boolean;
  /** True: comparisons get probes. */
  readonly comparisons: boolean;
}

/**
 * Decides which text is inserted where: walks the syntax tree once and fills the splices, the edges, the comparison
 * sites and the dictionary. `depth` is the number of variables for operands that are in use around a node.
 */
export class Planner implements ProbeHost {
  /**
   * Function declarations of an ES module: in a cycle of imports they may be called before the module itself has begun.
   */
  readonly #hoisted = new Set<AnyNode>();
  /** By statement behind a label: the whole statement, with all of its labels. */
  readonly #wholeLoops = new Map<AnyNode, AnyNode>();
  readonly links = new Set<AnyNode>();
  /** Members whose text V8 puts into messages of errors. */
  readonly #named = new Set<AnyNode>();
  /** Functions written as the argument of `catch`, or as the second one of `then`. */
  readonly #handlers = new Set<AnyNode>();
  readonly numericNames: NumericNames;

  constructor(
    readonly found: Findings,
    private readonly options: PlannerOptions,
  ) {
    this.numericNames = new NumericNames(options.comparisons ? found.code : '');
  }

  /** Plans the whole file; returns how many variables its top level needs. */
  planProgram(program: Program): number {
    const frame: Frame = { path: '', canDeclare: true, temporaries: 0 };
    if (this.options.isModule) {
      for (const statement of program.body) {
        const isExport = statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration';
        const declared = isExport ? statement.declaration : statement;
        if (declared?.type === 'FunctionDeclaration') this.#hoisted.add(declared);
      }
    }
    visitStatements(this, program.body, frame, 0);
    return frame.temporaries;
  }

  visit(node: AnyNode, frame: Frame, depth: number): void {
    switch (node.type) {
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return countFunction(this, node, frame, {
          isHoisted: this.#hoisted.has(node),
          isHandler: this.#handlers.has(node),
        });
      case 'ClassDeclaration':
      case 'ClassExpression':
        return countClass(this, node, frame, depth);
      case 'BlockStatement':
        return visitStatements(this, node.body, frame, depth);
      case 'IfStatement':
        return countIf(this, node, frame, depth);
      case 'LabeledStatement':
        if (!this.#wholeLoops.has(node.body)) this.#wholeLoops.set(node.body, this.#wholeLoops.get(node) ?? node);
        return this.visit(node.body, frame, depth);
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
      case 'WhileStatement':
      case 'DoWhileStatement':
        return countLoop(this, node, this.#wholeLoops.get(node) ?? node, frame, depth);
      case 'SwitchStatement':
        this.found.dictionary.addMembers(factsOfSwitch(node));
        if (this.options.comparisons) probeSwitch(this, node, frame, depth);
        else visitSwitchParts(this, node, frame, depth);
        return countCases(this, node, frame, depth);
      case 'CatchClause':
        return countCatch(this, node, frame, depth);
      case 'WithStatement':
        // Every name in the body, even one of ours, is looked up in the object first. So only the object is
        // instrumented.
        return this.visit(node.object, frame, depth);
      case 'ConditionalExpression':
        visitTest(this, node.test, frame, depth);
        countExpression(this, 'conditional', node.consequent, frame, depth);
        return countExpression(this, 'conditional', node.alternate, frame, depth);
      case 'LogicalExpression':
        return countLogical(this, node, frame, depth, false);
      case 'ChainExpression':
        if (this.#named.has(node)) return this.visit(node.expression, frame, depth);
        return countChain(this, node, frame, depth);
      case 'AssignmentExpression':
        return this.#visitAssignment(node, frame, depth);
      case 'AssignmentPattern':
        this.found.giveName(node.left, node.right);
        this.visit(node.left, frame, depth);
        return takesName(node.right)
          ? this.visit(node.right, frame, depth)
          : countExpression(this, 'default-value', node.right, frame, depth);
      case 'ImportDeclaration':
        return this.found.noteBinding(node, frame.path);
      case 'VariableDeclarator':
        this.found.noteBinding(node.id, frame.path);
        this.visit(node.id, frame, depth);
        if (!node.init) return;
        if (node.id.type !== 'Identifier') this.keepText(node.init);
        this.found.giveName(node.id, node.init);
        return this.visit(node.init, frame, depth);
      case 'BinaryExpression':
        this.found.dictionary.addMembers(factsOfOperator(node));
        if (node.operator === 'in') this.found.noteKey(node.left);
        if (this.options.comparisons && probeOperator(this, node, frame, depth)) {
          this.found.noteCompared(node.left);
          return this.found.noteCompared(node.right);
        }
        if (!isTypeName(node.left, node.right)) this.visit(node.left, frame, depth);
        if (!isTypeName(node.right, node.left)) this.visit(node.right, frame, depth);
        return;
      case 'CallExpression':
        return this.#visitCall(node, frame, depth);
      case 'MemberExpression':
        this.found.noteRead(node);
        if (!this.links.has(node)) return this.#visitMember(node, frame, depth);
        return countLink(this, node, frame, depth, () => this.#visitMember(node, frame, depth));
      case 'NewExpression':
        if (this.options.comparisons && nameOf(node.callee) === 'Date' && probeDate(this, node, frame, depth)) return;
        this.keepText(node.callee);
        return forEachChild(node, (child) => this.visit(child, frame, depth));
      case 'SpreadElement':
      case 'TaggedTemplateExpression':
        this.keepText('tag' in node ? node.tag : node.argument);
        return forEachChild(node, (child) => this.visit(child, frame, depth));
      case 'ObjectExpression':
      case 'ObjectPattern':
        for (const property of node.properties) {
          if (property.type === 'Property') this.#visitProperty(property, node, frame, depth);
          else this.visit(property, frame, depth);
        }
        return;
      case 'UnaryExpression':
        if (node.operator === '-' && node.argument.type === 'Literal' && typeof node.argument.value === 'number') {
          return this.found.dictionary.addNumber(-node.argument.value);
        }
        if (node.operator === 'delete') this.keepText(node.argument);
        if (node.operator === '!') return visitTest(this, node, frame, depth);
        if (this.options.comparisons && probePlus(this, node, frame, depth)) return;
        return this.visit(node.argument, frame, depth);
      case 'Literal':
      case 'TemplateElement':
        return this.found.dictionary.add(node);
      default:
        return forEachChild(node, (child) => this.visit(child, frame, depth));
    }
  }

  /** As in `ProbeHost`. */
  keepText(node: AnyNode): void {
    const inner = unparenthesized(node);
    if (inner.type === 'MemberExpression' || inner.type === 'ChainExpression') this.#named.add(inner);
  }

  #visitAssignment(node: AssignmentExpression, frame: Frame, depth: number): void {
    this.found.giveName(node.left, node.right);
    if (node.left.type.endsWith('Pattern')) this.keepText(node.right);
    if (['&&=', '||=', '??='].includes(node.operator)) return countLogicalAssignment(this, node, frame, depth);
    this.visit(node.left, frame, depth);
    this.visit(node.right, frame, depth);
  }

  #visitMember(node: MemberExpression, frame: Frame, depth: number): void {
    if (this.options.comparisons && !this.#named.has(node) && probeMember(this, node, frame, depth)) return;
    this.visit(node.object, frame, depth);
    if (node.computed) this.visit(node.property, frame, depth);
  }

  #visitProperty(property: Property | AssignmentProperty, owner: AnyNode, frame: Frame, depth: number): void {
    if (property.computed) this.visit(property.key, frame, depth);
    else if (owner.type === 'ObjectExpression') this.found.dictionary.addOwnKey(nameOf(property.key));
    else this.found.dictionary.addWantedKey(nameOf(property.key));
    this.found.giveName(property.key, property.value, owner);
    this.visit(property.value, frame, depth);
  }

  #visitCall(node: CallExpression, frame: Frame, depth: number): void {
    if (node.callee.type === 'Identifier' && node.callee.name === 'require') return;
    this.found.dictionary.addMembers(factsOfCall(node));
    const handler = rejectionHandler(node);
    if (handler !== null) this.#handlers.add(handler);
    for (const argument of isLookUpOfKey(node) ? node.arguments : []) this.found.noteKey(argument);
    if (this.options.comparisons && probeCall(this, node, frame, depth)) {
      for (const argument of node.arguments) this.found.noteCompared(argument);
      return;
    }
    if (this.options.comparisons && probeCalledMember(this, node, frame, depth)) return;
    this.keepText(node.callee);
    const { callee } = node;
    // The name of a method is no key of data.
    this.visit(callee.type === 'MemberExpression' && !callee.computed ? callee.object : callee, frame, depth);
    for (const argument of node.arguments) if (!isSentElsewhere(node, argument)) this.visit(argument, frame, depth);
  }
}
