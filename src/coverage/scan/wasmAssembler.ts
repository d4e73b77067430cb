/**
 * As much of a WebAssembly assembler as the scan needs: every function returns bytes of the binary format, operands
 * first, so that nested calls read like the text format.
 * Opcodes: https://webassembly.github.io/spec/core/appendix/index-instructions.html
 */
export type Bytes = readonly number[];

const SIMD = 0xfd;
const EMPTY_BLOCK = 0x40;
export const I32 = 0x7f;
export const V128 = 0x7b;

export const i32 = {
  const: (value: number): Bytes => [0x41, ...signed(value | 0)],
  load8: (address: Bytes, offset = 0): Bytes => [...address, 0x2d, 0, ...unsigned(offset)],
  store: (address: Bytes, value: Bytes, offset = 0): Bytes => [...address, ...value, 0x36, 2, ...unsigned(offset)],
  countTrailingZeros: (value: Bytes): Bytes => [...value, 0x68],
  greaterOrEqual: (left: Bytes, right: Bytes): Bytes => [...left, ...right, 0x4f],
  add: (left: Bytes, right: Bytes): Bytes => [...left, ...right, 0x6a],
  subtract: (left: Bytes, right: Bytes): Bytes => [...left, ...right, 0x6b],
  multiply: (left: Bytes, right: Bytes): Bytes => [...left, ...right, 0x6c],
  and: (left: Bytes, right: Bytes): Bytes => [...left, ...right, 0x71],
  or: (left: Bytes, right: Bytes): Bytes => [...left, ...right, 0x72],
  xor: (left: Bytes, right: Bytes): Bytes => [...left, ...right, 0x73],
  shiftLeft: (left: Bytes, right: Bytes): Bytes => [...left, ...right, 0x74],
  shiftRight: (left: Bytes, right: Bytes): Bytes => [...left, ...right, 0x76],
  rotateLeft: (left: Bytes, right: Bytes): Bytes => [...left, ...right, 0x77],
};

export const v128 = {
  load: (address: Bytes, offset = 0): Bytes => [...address, SIMD, 0x00, 0, ...unsigned(offset)],
  store: (address: Bytes, value: Bytes, offset = 0): Bytes => [
    ...address,
    ...value,
    SIMD,
    0x0b,
    0,
    ...unsigned(offset),
  ],
  zero: [SIMD, 0x0c, ...Array.from({ length: 16 }, () => 0)] as Bytes,
  or: (left: Bytes, right: Bytes): Bytes => [...left, ...right, SIMD, 0x50],
  anyTrue: (value: Bytes): Bytes => [...value, SIMD, 0x53],
  /** Bytes of `left` that differ from those of `right` become 0xff, others 0. */
  bytesDiffer: (left: Bytes, right: Bytes): Bytes => [...left, ...right, SIMD, 0x24],
  /** The top bits of the 16 bytes. */
  bitmask: (value: Bytes): Bytes => [...value, SIMD, 0x64],
};

export const local = {
  get: (index: number): Bytes => [0x20, ...unsigned(index)],
  set: (index: number, value: Bytes): Bytes => [...value, 0x21, ...unsigned(index)],
};

/** Branches count enclosing blocks outwards from 0. */
export const control = {
  block: (...body: readonly Bytes[]): Bytes => [0x02, EMPTY_BLOCK, ...body.flat(), 0x0b],
  loop: (...body: readonly Bytes[]): Bytes => [0x03, EMPTY_BLOCK, ...body.flat(), 0x0b],
  if: (condition: Bytes, ...body: readonly Bytes[]): Bytes => [...condition, 0x04, EMPTY_BLOCK, ...body.flat(), 0x0b],
  branch: (depth: number): Bytes => [0x0c, depth],
  branchIf: (depth: number, condition: Bytes): Bytes => [...condition, 0x0d, depth],
};

export interface WasmFunction {
  /** Exported under this name, which is ASCII. */
  readonly name: string;
  readonly parameters: Bytes;
  readonly results: Bytes;
  /** Types of the locals, which follow the parameters. */
  readonly locals: Bytes;
  readonly body: readonly Bytes[];
}

/** A module with one exported function and one memory, imported as `env.memory`, of exactly `pages` pages of 64 KiB. */
export function assembleModule(main: WasmFunction, pages: number): Uint8Array {
  const memory = [...text('env'), ...text('memory'), 0x02, 0x01, ...unsigned(pages), ...unsigned(pages)];
  const type = [0x60, ...vector(main.parameters), ...vector(main.results)];
  const locals = main.locals.flatMap((kind) => [1, kind]);
  const code = [...unsigned(main.locals.length), ...locals, ...main.body.flat(), 0x0b];
  return new Uint8Array([
    ...MAGIC_AND_VERSION,
    ...section(1, [1, ...type]),
    ...section(2, [1, ...memory]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text(main.name), 0x00, 0]),
    ...section(10, [1, ...vector(code)]),
  ]);
}

const MAGIC_AND_VERSION: Bytes = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

function section(id: number, content: Bytes): Bytes {
  return [id, ...vector(content)];
}

function vector(content: Bytes): Bytes {
  return [...unsigned(content.length), ...content];
}

function text(ascii: string): Bytes {
  return vector(Array.from(ascii, (character) => character.charCodeAt(0)));
}

/** LEB128 of a number from 0 to 2^32 - 1. */
function unsigned(value: number): Bytes {
  const bytes: number[] = [];
  let rest = value >>> 0;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return [...bytes, rest];
}

/** LEB128 of a signed 32-bit number. */
function signed(value: number): Bytes {
  const bytes: number[] = [];
  let rest = value;
  while (rest < -0x40 || rest >= 0x40) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  return [...bytes, rest & 0x7f];
}
