import fs from 'node:fs';
import path from 'node:path';
import { parseSync } from '@swc/core';

/** Files are relative to the root of the repository, with forward slashes. Both lists are sorted. */
export interface Loaded {
  readonly files: readonly string[];
  /** Packages and modules of Node; `computed in <file>` for a name that is not a literal. */
  readonly packages: readonly string[];
}

/**
 * Which modules a file of this repository loads, itself and through others. `atOnce`: when it is loaded. `inAll`: what
 * functions that run later load too. Another process or thread that is started is not followed.
 */
export function loadedBy(entry: string): { readonly atOnce: Loaded; readonly inAll: Loaded } {
  return { atOnce: follow(entry, (one) => !one.isLazy), inAll: follow(entry, () => true) };
}

/** A module that a file loads. */
export interface Import {
  /** As it is written; null when it is computed. */
  readonly name: string | null;
  /** Within a function: loaded when that runs, not with the file. */
  readonly isLazy: boolean;
}

/** What a source text loads. Imports of types load nothing: TypeScript leaves them out. */
export function importsOf(source: string, isTsx = false): Import[] {
  const found: Import[] = [];
  visit(parseSync(source, { syntax: 'typescript', tsx: isTsx, target: 'es2022' }), false);
  return found;

  function visit(value: unknown, isLazy: boolean): void {
    if (typeof value !== 'object' || value === null) return;
    const name = isNode(value) ? importedBy(value) : undefined;
    if (name !== undefined) found.push({ name, isLazy });
    const isLater = isLazy || (isNode(value) && runsLater(value));
    // Lists and parts without a type too: the body of a method is in one.
    for (const child of Object.values(value)) visit(child, isLater);
  }
}

const ROOT = path.join(__dirname, '../../..');

const FUNCTIONS = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ClassMethod',
  'PrivateMethod',
  'Constructor',
  'MethodProperty',
  'GetterProperty',
  'SetterProperty',
]);

function follow(entry: string, isFollowed: (one: Import) => boolean): Loaded {
  const files = new Set([entry]);
  const packages = new Set<string>();
  for (const file of files) {
    for (const one of importsOf(fs.readFileSync(path.join(ROOT, file), 'utf8'), file.endsWith('x'))) {
      if (!isFollowed(one)) continue;
      if (one.name === null) packages.add(`computed in ${file}`);
      else if (/^\.{1,2}(?:\/|$)/.test(one.name)) files.add(resolve(file, one.name));
      else packages.add(packageOf(one.name));
    }
  }
  return { files: [...files].sort(), packages: [...packages].sort() };
}

function resolve(from: string, name: string): string {
  const place = path.posix.join(path.posix.dirname(from), name);
  const found = [place, `${place}.ts`, `${place}.tsx`, `${place}/index.ts`].find((candidate) =>
    fs.statSync(path.join(ROOT, candidate), { throwIfNoEntry: false })?.isFile(),
  );
  if (found === undefined) throw new Error(`${from} imports ${name}, but there is no such file.`);
  return found;
}

/** `lodash/get` belongs to `lodash`, `@jest/types/x` to `@jest/types`. */
function packageOf(name: string): string {
  if (name.startsWith('node:')) return name;
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

/** A node of the syntax tree. */
interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Whether what is in it does not run when its file is loaded. */
function runsLater(node: Node): boolean {
  const isOfInstance = /^(?:Class|Private)Property$/.test(node.type) && node['isStatic'] !== true;
  return isOfInstance || FUNCTIONS.has(node.type);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** The name of the module that this node loads, null when it is computed; undefined when it loads none. */
function importedBy(node: Node): string | null | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      // `export { x }` has no source.
      return isNode(node['source']) && !isOfTypes(node) ? textOf(node['source']) : undefined;
    case 'TsImportEqualsDeclaration': {
      const reference = node['moduleRef'];
      // Otherwise a name for a part of a namespace.
      const isModule = isNode(reference) && reference.type === 'TsExternalModuleReference';
      return isModule && node['isTypeOnly'] !== true ? textOf(reference['expression']) : undefined;
    }
    case 'CallExpression':
      return loads(node['callee']) ? textOf(argumentOf(node)) : undefined;
    default:
      return undefined;
  }
}

/** `import type …`, or braces with nothing but `type …` in them. */
function isOfTypes(node: Node): boolean {
  if (node['typeOnly'] === true) return true;
  const { specifiers } = node;
  return Array.isArray(specifiers) && specifiers.length > 0 && specifiers.every((one) => one.isTypeOnly === true);
}

/**
 * `require` and `import`. `require.resolve` loads nothing; who makes another `require` shows by importing `node:module`.
 */
function loads(callee: unknown): boolean {
  if (!isNode(callee)) return false;
  if (callee.type === 'Import') return true;
  return callee.type === 'Identifier' && callee['value'] === 'require';
}

function argumentOf(call: Node): unknown {
  const [first] = call['arguments'] as readonly { readonly expression: unknown }[];
  return first?.expression;
}

function textOf(value: unknown): string | null {
  if (!isNode(value)) return null;
  if (value.type === 'StringLiteral') return String(value['value']);
  const { quasis } = value;
  // A template without anything in it.
  return value.type === 'TemplateLiteral' && Array.isArray(quasis) && quasis.length === 1 ? quasis[0].raw : null;
}
