const VIEW = new DataView(new ArrayBuffer(8));

/**
 * Writes a number into `VIEW` in one way; returns the number of bytes written, or 0 if this cannot be done without
 * loss.
 */
type Form = (value: number) => number;

/** Writes an integer of `size` bytes, with or without a sign; 0 if it does not fit. */
function integer(size: number, isLittle: boolean): Form {
  const limit = 2 ** (8 * size);
  return (value) => {
    if (!Number.isInteger(value) || value >= limit || value < -limit / 2) return 0;
    let left = value < 0 ? value + limit : value;
    for (let at = 0; at < size; at += 1) {
      VIEW.setUint8(isLittle ? at : size - 1 - at, left % 256);
      left = Math.floor(left / 256);
    }
    return size;
  };
}

function float(size: 4 | 8, isLittle: boolean): Form {
  return (value) => {
    if (size === 8) VIEW.setFloat64(0, value, isLittle);
    else VIEW.setFloat32(0, value, isLittle);
    return size === 8 || Object.is(VIEW.getFloat32(0, isLittle), value) ? size : 0;
  };
}

/** The forms of whole numbers, and of other numbers. */
const INTEGERS = [2, 4, 3, 8].flatMap((size) => [integer(size, true), integer(size, false)]);
const FLOATS = ([8, 4] as const).flatMap((size) => [float(size, true), float(size, false)]);

/**
 * For each way in which code may have read `mine` from bytes: the bytes of `mine`, and the bytes of `wanted` in the
 * same way, both as Latin-1. The ways are integers of two to eight bytes, and floats, with the lowest byte first or
 * last.
 */
export function* byteForms(mine: number, wanted: number): Generator<readonly [mine: string, wanted: string]> {
  for (const form of Number.isInteger(mine) && Number.isInteger(wanted) ? INTEGERS : FLOATS) {
    const mineBytes = written(form, mine);
    const wantedBytes = mineBytes === null ? null : written(form, wanted);
    if (mineBytes !== null && wantedBytes !== null) yield [mineBytes, wantedBytes];
  }
}

function written(form: Form, value: number): string | null {
  const size = form(value);
  return size === 0 ? null : Buffer.from(VIEW.buffer, 0, size).toString('latin1');
}

/** As `byteForms`, for a text that code may have made from bytes: in Latin-1, UTF-8 or hexadecimal. */
export function* textForms(mine: string, wanted: string): Generator<readonly [mine: string, wanted: string]> {
  if (isLatin(mine) && isLatin(wanted)) yield [mine, wanted];
  if (!isAscii(mine) || !isAscii(wanted)) yield [utf8(mine), utf8(wanted)];
  if (isHex(mine) && isHex(wanted)) {
    yield [Buffer.from(mine, 'hex').toString('latin1'), Buffer.from(wanted, 'hex').toString('latin1')];
  }
}

function isAscii(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- reason: NUL is a byte like any other.
  return /^[\0-\x7f]*$/.test(text);
}

function isLatin(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- reason: as above.
  return /^[\0-\xff]*$/.test(text);
}

function isHex(text: string): boolean {
  return text.length >= 2 && text.length % 2 === 0 && /^(?:[0-9a-f]*|[0-9A-F]*)$/.test(text);
}

function utf8(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
