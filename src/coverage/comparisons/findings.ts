import type { AnyNode, MemberExpression } from 'acorn';
import { DictionaryBuilder } from './dictionary';
import { EdgeTable, type EdgeKind } from '../source/edges';
import { ignoreComments } from '../source/ignored';
import { isGlobal } from './memberFacts';
import type { Names } from '../source/names';
import type { SourceText } from '../source/sourceText';
import { Splices } from '../source/splices';
import { nameOf, unparenthesized, type ClassNode, type FunctionNode } from '../source/syntax';

/**
 * How two values were compared; `!==` counts as `===`. The probe gives as left and right:
 * - `=== == < <= > >=`: the operands;
 * - `switch`: the value, and the array of literal cases;
 * - `startsWith endsWith includes`: the receiver (text or array) and the argument; `indexOf` is `includes`;
 * - `has`: the receiver (a Set, Map or object) and the key; `get` and `hasOwnProperty` too;
 * - `in`: the key and the object; `member`: the object and the key, of `object[key]` read or written;
 * - `test`: the regular expression and its subject, `exec` too;
 * - `match`: the subject and the pattern, text or a regular expression; `replace`, `search`, `split` too;
 * - `bytes`: two buffers, of `equals` and `compare`;
 * - `number`: the value that was converted, and the number that it gave;
 * - `date`: 0, and the value from which a date is made;
 * - `json`: 0, and the text that is parsed.
 */
export type ProbeOp =
  | '==='
  | '=='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'switch'
  | 'startsWith'
  | 'endsWith'
  | 'includes'
  | 'has'
  | 'in'
  | 'member'
  | 'test'
  | 'match'
  | 'bytes'
  | 'number'
  | 'date'
  | 'json';

/** A comparison in the code whose operands can be recorded. */
export interface ComparisonSite {
  readonly op: ProbeOp;
  /** Of `number`: the base that is named in the code, if it is not 10. */
  readonly radix?: number;
  /** From 1. */
  readonly line: number;
  /** From 0. */
  readonly column: number;
}

/** The results of the walk over one file: insertions, edges, comparison sites, literals, names. */
export class Findings {
  readonly splices = new Splices();
  readonly sites: ComparisonSite[] = [];
  readonly dictionary = new DictionaryBuilder();
  /** True if `globalThis` at top level may be a variable of the file (polyfills have one). */
  shadowsGlobalThis = false;
  /** True for a function that must not be instrumented. */
  readonly isIgnored: (node: AnyNode) => boolean;
  readonly #edges: EdgeTable;
  /** By function or class without a name of its own: the name of the variable or key that it is assigned to. */
  readonly #givenNames = new Map<AnyNode, string>();

  constructor(
    file: string,
    readonly source: SourceText,
    readonly names: Names,
  ) {
    this.isIgnored = ignoreComments(source.code);
    this.#edges = new EdgeTable(file, source);
  }

  get code(): string {
    return this.source.code;
  }

  get edges(): EdgeTable['edges'] {
    return this.#edges.edges;
  }

  /** Adds the edge that leads to `node`; returns the expression that counts it. */
  counter(kind: EdgeKind, node: AnyNode, functionPath: string): string {
    return `${this.names.counters}[${this.#edges.add(kind, functionPath, node.start, node.end)}]++`;
  }

  /** Adds a comparison; returns the number of its site. */
  addSite(op: ProbeOp, node: AnyNode, radix?: number): number {
    this.sites.push({ op, ...(radix === undefined ? {} : { radix }), ...this.source.positionOf(node.start) });
    return this.sites.length - 1;
  }

  /** The statement that declares the first `count` variables for operands. */
  declaration(count: number): string {
    if (count === 0) return '';
    return `let ${Array.from({ length: count }, (_, index) => this.names.temporary(index)).join(',')};`;
  }

  /**
   * Notes that `value` is assigned to `target`, in case `value` has no name of its own. If `owner` is given, `target`
   * is a key of `owner`.
   */
  giveName(target: AnyNode, value: AnyNode, owner?: AnyNode): void {
    const prefix = owner && this.#givenNames.get(owner);
    const name = nameOf(target);
    this.#givenNames.set(unparenthesized(value), prefix === undefined ? name : `${prefix}.${name}`);
  }

  /** The function path within a function or class; `outer` is the path around it. */
  pathOf(node: FunctionNode | ClassNode, outer: string): string {
    return `${outer}>${node.id?.name ?? this.#givenNames.get(node) ?? '*'}`;
  }

  /**
   * Notes a variable named `globalThis` if it is at top level. The function path is empty there, and in blocks of the
   * top level.
   */
  noteBinding(target: AnyNode, functionPath: string): void {
    if (functionPath !== '') return;
    if (/\bglobalThis\b/.test(this.code.slice(target.start, target.end))) this.shadowsGlobalThis = true;
  }

  /** Notes a literal that something is compared with. */
  noteCompared(node: AnyNode): void {
    const inner = unparenthesized(node);
    if (inner.type === 'Literal' && typeof inner.value === 'string') this.dictionary.addCompared(inner.value);
  }

  /** Notes a literal that names a property. */
  noteKey(node: AnyNode): void {
    const inner = unparenthesized(node);
    if (inner.type === 'Literal' && typeof inner.value === 'string') this.dictionary.addWantedKey(inner.value);
  }

  /** Notes the name of a member that is read, if its object may be data. */
  noteRead({ object, property, computed }: MemberExpression): void {
    if (object.type === 'ThisExpression' || (object.type === 'Identifier' && isGlobal(object.name))) return;
    if (computed && property.type === 'Literal') this.noteKey(property);
    else if (!computed && property.type === 'Identifier' && property.name !== 'length') {
      this.dictionary.addReadKey(property.name);
    }
  }
}
