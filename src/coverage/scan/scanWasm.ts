import { assembleModule, control, i32, I32, local, v128, V128, type Bytes } from './wasmAssembler';
import { FINGERPRINT, STEP, type Scan, type ScanLayout } from './scanLayout';

interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

/** The parts of WebAssembly that are used here: TypeScript has its types only together with those of the DOM. */
declare const WebAssembly:
  | {
      Memory: new (size: { initial: number; maximum: number }) => WasmMemory;
      Module: new (bytes: Uint8Array) => object;
      Instance: new (module: object, imports: { env: { memory: WasmMemory } }) => { readonly exports: { scan: Scan } };
    }
  | undefined;

/**
 * Memory of a fixed size (growing it would detach every view that modules hold) and a scan with 128-bit vectors.
 * Null where WebAssembly or its vectors are missing.
 */
export function wasmScanner(layout: ScanLayout): { readonly buffer: ArrayBuffer; readonly scan: Scan } | null {
  if (typeof WebAssembly === 'undefined') return null;
  try {
    const memory = new WebAssembly.Memory({ initial: layout.pages, maximum: layout.pages });
    const module = new WebAssembly.Module(scanModule(layout));
    return { buffer: memory.buffer, scan: new WebAssembly.Instance(module, { env: { memory } }).exports.scan };
  } catch {
    return null;
  }
}

const [END, AT, STOP, OUT, MASK, HIT, LOW, HIGH, CHUNK] = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const;
const CHUNK_BYTES = 16;

/** Skips steps that are all zero and, in another step, chunks of 16 bytes that are all zero. */
function scanModule(layout: ScanLayout): Uint8Array {
  const at = local.get(AT);
  const step = control.block(
    control.loop(
      control.branchIf(1, i32.greaterOrEqual(at, local.get(END))),
      control.if(
        v128.anyTrue(anyOfStep(at)),
        local.set(STOP, i32.add(at, i32.const(STEP))),
        chunks(layout),
        control.branch(1),
      ),
      local.set(AT, i32.add(at, i32.const(STEP))),
      control.branch(0),
    ),
  );
  const body: Bytes[] = [
    local.set(OUT, i32.const(layout.hits)),
    local.set(LOW, i32.const(FINGERPRINT.seeds[0])),
    local.set(HIGH, i32.const(FINGERPRINT.seeds[1])),
    step,
    i32.store(i32.const(layout.fingerprint), local.get(LOW)),
    i32.store(i32.const(layout.fingerprint), local.get(HIGH), 4),
    i32.shiftRight(i32.subtract(local.get(OUT), i32.const(layout.hits)), i32.const(2)),
  ];
  const locals = [I32, I32, I32, I32, I32, I32, I32, V128];
  return assembleModule({ name: 'scan', parameters: [I32], results: [I32], locals, body }, layout.pages);
}

function anyOfStep(at: Bytes): Bytes {
  return v128.or(
    v128.or(v128.load(at), v128.load(at, CHUNK_BYTES)),
    v128.or(v128.load(at, 2 * CHUNK_BYTES), v128.load(at, 3 * CHUNK_BYTES)),
  );
}

/** Scans the chunks from AT to STOP. */
function chunks(layout: ScanLayout): Bytes {
  const at = local.get(AT);
  return control.loop(
    local.set(CHUNK, v128.load(at)),
    control.if(
      v128.anyTrue(local.get(CHUNK)),
      local.set(MASK, v128.bitmask(v128.bytesDiffer(local.get(CHUNK), v128.zero))),
      bits(layout),
      v128.store(at, v128.zero),
    ),
    local.set(AT, i32.add(at, i32.const(CHUNK_BYTES))),
    control.branchIf(0, i32.xor(i32.const(1), i32.greaterOrEqual(at, local.get(STOP)))),
  );
}

/** One hit for each bit of MASK, lowest first. */
function bits(layout: ScanLayout): Bytes {
  const hit = local.get(HIT);
  const mask = local.get(MASK);
  const bucket = i32.load8(i32.load8(hit), layout.buckets);
  return control.loop(
    local.set(HIT, i32.add(local.get(AT), i32.countTrailingZeros(mask))),
    local.set(HIT, i32.or(i32.shiftLeft(hit, i32.const(3)), bucket)),
    i32.store(local.get(OUT), hit),
    local.set(OUT, i32.add(local.get(OUT), i32.const(4))),
    local.set(LOW, mixed(i32.xor(local.get(LOW), hit), 0)),
    local.set(HIGH, mixed(i32.add(local.get(HIGH), hit), 1)),
    local.set(MASK, i32.and(mask, i32.subtract(mask, i32.const(1)))),
    control.branchIf(0, mask),
  );
}

function mixed(value: Bytes, lane: 0 | 1): Bytes {
  const rotated = i32.rotateLeft(value, i32.const(FINGERPRINT.rotations[lane]));
  return i32.multiply(rotated, i32.const(FINGERPRINT.factors[lane]));
}
