import type {
  AnyNode,
  AssignmentExpression,
  AssignmentProperty,
  CallExpression,
  CatchClause,
  Expression,
  IfStatement,
  MemberExpression,
  Program,
  Property,
  Statement,
  SwitchStatement,
} from 'acorn';
import { countChain, countLink, countLogical, countLogicalAssignment, visitTest } from './probes/branchProbes';
import { probeCall, probeDate, probePlus } from './probes/callProbes';
import { probeOperator, probeSwitch } from './probes/comparisonProbes';
import { countLoop } from './probes/loopProbes';
import { factsOfCall, factsOfOperator, factsOfSwitch, isLookUpOfKey } from './comparisons/memberFacts';
import { probeCalledMember, probeMember } from './probes/memberProbes';
import { NumericNames } from './probes/numericNames';
import type { Frame, ProbeHost } from './probes/probeWriter';
import type { EdgeKind } from './source/edges';
import type { Findings } from './comparisons/findings';
import { isSentElsewhere } from './source/ignored';
import {
  afterDirectives,
  forEachChild,
  isTypeName,
  nameOf,
  rejectionHandler,
  takesName,
  unparenthesized,
  type ClassNode,
  type FunctionNode,
} from './source/syntax';

export interface PlannerOptions {
  readonly isModule: boolean;
  /** Whether comparisons are probed. */
  readonly comparisons: boolean;
}

/**
 * Decides what is inserted where: walks the syntax tree once and fills the splices, the edges, the comparison sites
 * and the dictionary. `depth` is the number of variables for operands that are in use around a node.
 */
export class Planner implements ProbeHost {
  /** Declarations of an ES module that a cycle of imports may call before the module itself has begun. */
  readonly #hoisted = new Set<AnyNode>();
  /** By body of a label, or loop: the outermost statement with a label of its own. */
  readonly #wholeLoops = new Map<AnyNode, AnyNode>();
  readonly links = new Set<AnyNode>();
  /** Members whose text V8 puts into messages of errors. */
  readonly #named = new Set<AnyNode>();
  /** Functions written in the call of `catch`, or second in that of `then`. */
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
    this.#visitStatements(program.body, frame, 0);
    return frame.temporaries;
  }

  visit(node: AnyNode, frame: Frame, depth: number): void {
    switch (node.type) {
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return this.#visitFunction(node, frame);
      case 'ClassDeclaration':
      case 'ClassExpression':
        return this.#visitClass(node, frame, depth);
      case 'BlockStatement':
        return this.#visitStatements(node.body, frame, depth);
      case 'IfStatement':
        return this.#visitIf(node, frame, depth);
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
        return this.#visitSwitch(node, frame, depth);
      case 'CatchClause':
        return this.#visitCatch(node, frame, depth);
      case 'WithStatement':
        // Every name in the body is looked up in the object first, ours too: only the object is instrumented.
        return this.visit(node.object, frame, depth);
      case 'ConditionalExpression':
        visitTest(this, node.test, frame, depth);
        this.#visitCounted('conditional', node.consequent, frame, depth);
        return this.#visitCounted('conditional', node.alternate, frame, depth);
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
        return this.#visitCounted('default-value', node.right, frame, depth);
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

  /** Notes that the message of an error may contain this text, or that it is a place: no probe is put around it. */
  keepText(node: AnyNode): void {
    const inner = unparenthesized(node);
    if (inner.type === 'MemberExpression' || inner.type === 'ChainExpression') this.#named.add(inner);
  }

  #visitFunction(node: FunctionNode, outer: Frame): void {
    if (node.type === 'FunctionDeclaration' && node.id) this.found.noteBinding(node.id, outer.path);
    if (this.found.isIgnored(node)) return;
    const path = this.found.pathOf(node, outer.path);
    const isHoisted = this.#hoisted.has(node);
    const counted = this.found.counter('function', node, path) + this.#reportRejection(node);
    // A variable of the body cannot be seen by the parameters.
    const parameters: Frame = { path, canDeclare: false, temporaries: 0 };
    if (!isHoisted) for (const parameter of node.params) this.visit(parameter, parameters, 0);

    const frame: Frame = { path, canDeclare: true, temporaries: 0 };
    if (node.body.type === 'BlockStatement') {
      const start = afterDirectives(node.body);
      const entry = this.found.splices.open(start, '');
      this.#visitStatements(node.body.body, frame, 0);
      const opened = isHoisted ? `${this.found.names.counters}||${this.found.names.start}();` : '';
      const separator = start > node.body.start + 1 ? ';' : '';
      entry.text = `${separator}${this.found.declaration(frame.temporaries)}${opened}${counted};`;
      return;
    }
    const before = this.found.splices.open(node.body.start, '');
    this.visit(node.body, frame, 0);
    const after = this.found.splices.close(node.body.end, ')');
    before.text = `(${counted},`;
    if (frame.temporaries > 0) {
      before.text = `{${this.found.declaration(frame.temporaries)}${counted};return `;
      after.text = '}';
    }
  }

  /** For a handler of rejections, text after its counter that tells what it was given. */
  #reportRejection(node: FunctionNode): string {
    const [parameter] = node.params;
    if (parameter?.type !== 'Identifier' || !this.#handlers.has(node)) return '';
    return `,${this.found.names.caught}(${this.found.edges.length - 1},${parameter.name})`;
  }

  #visitClass(node: ClassNode, outer: Frame, depth: number): void {
    if (node.type === 'ClassDeclaration' && node.id) this.found.noteBinding(node.id, outer.path);
    if (node.superClass) this.visit(node.superClass, outer, depth);
    const path = this.found.pathOf(node, outer.path);
    const fields: Frame = { path, canDeclare: false, temporaries: 0 };
    // Where there is no constructor, the first field with a value shows that an instance was made.
    let isCounted = node.body.body.some(
      (member) => member.type === 'MethodDefinition' && member.kind === 'constructor',
    );
    for (const member of node.body.body) {
      if (member.type === 'StaticBlock') {
        this.#visitStatements(member.body, fields, 0);
        continue;
      }
      if (member.computed) this.visit(member.key, outer, depth);
      if (!member.value) continue;
      this.found.giveName(member.key, member.value);
      if (member.type === 'PropertyDefinition' && !member.static && !isCounted && !takesName(member.value)) {
        isCounted = true;
        this.#visitCounted('field', member.value, fields, 0);
      } else {
        this.visit(member.value, fields, 0);
      }
    }
  }

  #visitIf(node: IfStatement, frame: Frame, depth: number): void {
    visitTest(this, node.test, frame, depth);
    this.visitBody('if', node.consequent, frame, depth);
    if (node.alternate) return this.visitBody('else', node.alternate, frame, depth);
    this.found.splices.close(node.consequent.end, `else{${this.found.counter('else', node, frame.path)}}`);
  }

  /** `catch {` becomes `catch($fze){try{$fzx(edge,$fze)}catch{}`: near the end of the stack, no call of ours may throw. */
  #visitCatch(node: CatchClause, frame: Frame, depth: number): void {
    const { names, splices } = this.found;
    if (node.param) this.visit(node.param, frame, depth);
    else splices.open(node.body.start, `(${names.error})`);
    const error = node.param ? nameOf(node.param) : names.error;
    // A pattern takes the error apart.
    if (error === '*') return this.visitBody('catch', node.body, frame, depth);
    // The edge that is added next is that of the clause.
    const report = `try{${names.caught}(${this.found.edges.length},${error})}catch{}`;
    return this.visitBody('catch', node.body, frame, depth, report);
  }

  #visitSwitch(node: SwitchStatement, frame: Frame, depth: number): void {
    this.found.dictionary.addMembers(factsOfSwitch(node));
    if (this.options.comparisons) probeSwitch(this, node, frame, depth);
    else
      for (const part of [node.discriminant, ...node.cases.map(({ test }) => test)])
        if (part) this.visit(part, frame, depth);
    const [first] = node.cases;
    if (first === undefined) return;
    for (const { test } of node.cases) if (test) this.found.noteCompared(test);
    // First, where nothing falls through into it; it is chosen only after all cases have been compared.
    if (node.cases.every(({ test }) => test)) {
      this.found.splices.open(first.start, `default:${this.found.counter('case', node, frame.path)};break;`);
    }
    for (const one of node.cases) {
      const start = one.consequent[0]?.start ?? one.end;
      this.found.splices.open(start, `${this.found.counter('case', one, frame.path)};`);
      this.#visitStatements(one.consequent, frame, depth);
    }
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

  /** A list of statements: one that would begin with a parenthesis of ours must not continue the line before. */
  #visitStatements(statements: readonly AnyNode[], frame: Frame, depth: number): void {
    for (const statement of statements) {
      if (statement.type !== 'ExpressionStatement') {
        this.visit(statement, frame, depth);
      } else if (statement.directive === undefined) {
        const semicolon = this.found.splices.open(statement.start, '');
        this.visit(statement, frame, depth);
        if (this.found.splices.hasParenthesisAt(statement.start)) semicolon.text = ';';
      }
    }
  }

  /** A statement that may run or not, put into a block if it is none. */
  visitBody(kind: EdgeKind, body: Statement, frame: Frame, depth: number, before = ''): void {
    const counted = before + this.found.counter(kind, body, frame.path);
    if (body.type === 'BlockStatement') {
      this.found.splices.open(body.start + 1, `${counted};`);
      return this.#visitStatements(body.body, frame, depth);
    }
    this.found.splices.open(body.start, `{${counted};`);
    this.visit(body, frame, depth);
    this.found.splices.close(body.end, '}');
  }

  /** An expression that may be evaluated or not. */
  #visitCounted(kind: EdgeKind, node: Expression, frame: Frame, depth: number): void {
    if (kind === 'default-value' && takesName(node)) return this.visit(node, frame, depth);
    this.found.splices.open(node.start, `(${this.found.counter(kind, node, frame.path)},`);
    this.visit(node, frame, depth);
    this.found.splices.close(node.end, ')');
  }
}
