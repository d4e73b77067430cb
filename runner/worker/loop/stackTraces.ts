import * as fs from 'node:fs';
import * as path from 'node:path';
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { columnBefore } from '../../../src/coverage/source/positions';

/** Facts about the text of loaded files. */
export interface LoadedFiles {
  /** Path of the source map of the user's transform; undefined when there is none. */
  sourceMapOf(file: string): string | undefined;
  /** What instrumentation inserted (see `Instrumented`); undefined when the file is not instrumented. */
  insertionsOf(file: string): readonly number[] | undefined;
}

/**
 * Makes `error.stack` in a worker thread. In ordinary runs, Jest installs a mapper of its own, which changes with each
 * minor version. While fuzzing, most stacks are only compared, so a stack is mapped only when it is reported.
 *
 * Node asks the main context's `Error.prepareStackTrace` for errors of every vm context.
 */
export class StackTraces {
  /** While false, stacks have positions in the loaded code: this is cheap, and good enough to tell stacks apart. */
  mapped = true;
  /** Number of stacks without frames that were read. The code that reads them may need the frames. */
  emptyStacksRead = 0;
  /** The last errors whose stacks were not mapped. */
  private readonly unmapped: { readonly error: unknown; readonly frames: readonly NodeJS.CallSite[] }[] = [];
  private next = 0;
  private readonly maps = new Map<string, TraceMap | null>();

  constructor(private readonly files: LoadedFiles) {}

  install(): void {
    Error.prepareStackTrace = (error, frames) => this.format(error, frames);
  }

  /** The line, in the user's own text, of a place in the code that their transform returned. `column` counts from 0. */
  lineOf(file: string, line: number, column: number): number {
    const map = this.mapOf(file);
    return (map === null ? null : originalPositionFor(map, { line, column }).line) ?? line;
  }

  /** The stack of an error with its places in the user's own text; undefined if it is not one of the last errors. */
  mappedStackOf(error: object): string | undefined {
    const found = this.unmapped.find((entry) => entry.error === error);
    if (found === undefined) return undefined;
    const { mapped } = this;
    this.mapped = true;
    try {
      return this.textOf(error, found.frames);
    } finally {
      this.mapped = mapped;
    }
  }

  private format(error: unknown, frames: readonly NodeJS.CallSite[]): string {
    if (frames.length === 0) {
      this.emptyStacksRead += 1;
    } else if (!this.mapped) {
      this.unmapped[this.next] = { error, frames };
      this.next = (this.next + 1) % UNMAPPED;
    }
    return this.textOf(error, frames);
  }

  private textOf(error: unknown, frames: readonly NodeJS.CallSite[]): string {
    let text = headLine(error);
    for (const frame of frames) {
      if (frame.getFileName()?.startsWith(OWN_FOLDER) === true) continue;
      text += `\n    at ${this.mapped ? this.mapFrame(frame) : rawFrame(frame)}`;
    }
    return text;
  }

  private mapFrame(frame: NodeJS.CallSite): string {
    const text = String(frame);
    const file = frame.getFileName();
    const line = frame.getLineNumber();
    const column = frame.getColumnNumber();
    if (file == null || line === null || column === null) return text;
    const name = file.startsWith('file://') ? fileOfUrl(file) : file;
    const insertions = this.files.insertionsOf(name);
    const before = insertions === undefined ? column - 1 : columnBefore(insertions, line, column - 1);
    const map = this.mapOf(name);
    const found = map === null ? null : originalPositionFor(map, { line, column: before });
    const place = `${file}:${line}:${column}`;
    const at = text.lastIndexOf(place);
    if (at < 0) return text;
    const own =
      found === null || found.line === null
        ? `${name}:${line}:${before + 1}`
        : `${sourceFile(name, found.source)}:${found.line}:${found.column + 1}`;
    return `${text.slice(0, at)}${own}${text.slice(at + place.length)}`;
  }

  private mapOf(file: string): TraceMap | null {
    let map = this.maps.get(file);
    if (map === undefined) {
      map = readMap(this.files.sourceMapOf(file));
      this.maps.set(file, map);
    }
    return map;
  }
}

/** At most this many errors are remembered: an error, its causes and members. */
const UNMAPPED = 16;

/** Frames of ours say nothing to a user. */
const OWN_FOLDER = path.join(__dirname, '..', '..', '..') + path.sep;

function readMap(mapFile: string | undefined): TraceMap | null {
  if (mapFile === undefined) return null;
  try {
    return new TraceMap(fs.readFileSync(mapFile, 'utf8'));
  } catch {
    // The map is missing or cannot be read: there is nothing better than the positions in the loaded code.
    return null;
  }
}

/** Transformers name the source by full path, by base name or not at all; all mean the file itself. */
function sourceFile(file: string, source: string | null): string {
  return source !== null && (source.startsWith('/') || /^[A-Za-z]:[\\/]/.test(source)) ? source : file;
}

function fileOfUrl(url: string): string {
  return decodeURIComponent(url.slice('file://'.length));
}

function headLine(error: unknown): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return 'Error';
  }
}

function rawFrame(frame: NodeJS.CallSite): string {
  return `${frame.getFunctionName() ?? ''} (${frame.getFileName() ?? 'native'}:${frame.getLineNumber() ?? 0}:${frame.getColumnNumber() ?? 0})`;
}
