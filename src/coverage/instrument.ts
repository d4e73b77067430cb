import type { Program } from 'acorn';
import type { Dictionary } from './comparisons/dictionary';
import type { Edge } from './source/edges';
import { hashText } from './source/hash';
import { isIgnoredFile } from './source/ignored';
import { COVERAGE_GLOBAL, namesFor, type Names } from './source/names';
import { parseCode } from './source/parse';
import { Findings, type ComparisonSite } from './comparisons/findings';
import { Planner } from './planner';
import { SourceText } from './source/sourceText';
import type { Insertions } from './source/splices';
import { afterDirectives } from './source/syntax';

export interface InstrumentOptions {
  /** Relative to the root or, for a package, from `node_modules/`; with forward slashes. Part of the ids. */
  readonly file: string;
  /**
   * True: the operands of comparisons can be recorded. Default: true. Costs 0 to 25 % while off (bench/instrument.js).
   */
  readonly comparisons?: boolean;
}

/** An instrumented file. Plain JSON, so that it can be cached under the text it was made from. */
export interface Instrumented {
  readonly code: string;
  /** Identifies the file together with its text, and so the region of its counters. */
  readonly key: string;
  readonly file: string;
  /** By index of the counter. */
  readonly edges: readonly Edge[];
  /** By number of site. */
  readonly sites: readonly ComparisonSite[];
  readonly dictionary: Dictionary;
  /** For `columnBefore`. */
  readonly insertions: Insertions;
}

/**
 * Adds counters and comparison probes to JavaScript as it came out of the user's transform. No line is added, and a
 * file that cannot be parsed is not changed: `failed` says why.
 */
export function instrument(code: string, options: InstrumentOptions): Instrumented | { readonly failed: string } {
  if (isIgnoredFile(code)) return { failed: `${options.file} asks not to be instrumented (fuzz-runner ignore file).` };
  const parsed = parseCode(code);
  if ('failed' in parsed) return { failed: `${options.file} could not be parsed: ${parsed.failed}` };
  try {
    return plan(code, options, parsed.program, parsed.isModule);
  } catch (error) {
    // The walk is recursive; a chain of many thousand operators is deeper than the stack.
    if (error instanceof RangeError) return { failed: `${options.file} is nested too deeply: ${error.message}` };
    throw error;
  }
}

function plan(code: string, options: InstrumentOptions, program: Program, isModule: boolean): Instrumented {
  const { file, comparisons = true } = options;
  const found = new Findings(file, new SourceText(code), namesFor(code));
  const { names, splices, edges, sites } = found;
  const headStart = startOfCode(code, program);
  const head = splices.open(headStart, '');
  const temporaries = new Planner(found, { isModule, comparisons }).planProgram(program);
  const key = hashText(`${file}\n${comparisons}\n${code}`);
  if (edges.length > 0 || sites.length > 0) {
    const opened = openingText(key, edges.length, found.shadowsGlobalThis);
    // A directive may end at its line break, without a semicolon.
    const separator = afterDirectives(program) > 0 ? ';' : '';
    head.text = `${separator}${headText(names, opened, isModule)}${found.declaration(temporaries)}`;
  }
  return { ...splices.render(found.source), key, file, edges, sites, dictionary: found.dictionary.build() };
}

/** The offset where our first statement can stand: after a `#!` line and directives. */
function startOfCode(code: string, program: Program): number {
  const hashBang = /^#![^\n\r\u2028\u2029]*(?:\r\n|[\n\r\u2028\u2029])?/.exec(code)?.[0].length ?? 0;
  return Math.max(hashBang, afterDirectives(program));
}

/**
 * Declares the counters and functions of a module. Function declarations of an ES module may run before the module
 * itself does; then the first of them opens the module.
 */
function headText(names: Names, opened: string, isModule: boolean): string {
  const bindings = `{counters:${names.counters},flag:${names.flag},compare:${names.compare},caught:${names.caught}}`;
  if (!isModule) return `const ${bindings}=${opened};`;
  const variables = `var ${names.counters},${names.flag},${names.compare},${names.caught};`;
  return `${variables}function ${names.start}(){(${bindings}=${opened})}${names.counters}||${names.start}();`;
}

/** The call that opens the module. Where there is no coverage map (in a child process), nothing reads the counters. */
function openingText(key: string, edgeCount: number, isShadowed: boolean): string {
  const scope = isShadowed ? '(()=>{}).constructor("return this")()' : 'globalThis';
  const withoutMap = `(()=>({counters:new ${scope}.Uint8Array(${edgeCount}),flag:[0],compare(){},caught(){}}))`;
  return `(${scope}[${scope}.Symbol.for("${COVERAGE_GLOBAL}")]||${withoutMap})("${key}",${edgeCount})`;
}
