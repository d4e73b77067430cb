/** 1234567 → "1,234,567". */
export function formatCount(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Three digits, for axes and narrow cells: 1234567 → "1.23M". Below 1000 the whole number, or one decimal below 10. */
export function formatShort(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size < 1000) return size >= 10 || Number.isInteger(value) ? String(Math.round(value)) : value.toFixed(1);
  for (const [unit, factor] of UNITS) {
    // 999,950 and more would print as 1000k.
    if (size < factor * 999.5) return `${threeDigits(value / factor)}${unit}`;
  }
  return value.toExponential(1);
}

const UNITS = [
  ['k', 1e3],
  ['M', 1e6],
  ['G', 1e9],
  ['T', 1e12],
] as const;

function threeDigits(value: number): string {
  const size = Math.abs(value);
  return String(Number(value.toFixed(size < 9.995 ? 2 : size < 99.95 ? 1 : 0)));
}

/** Seconds as the two largest units: 0.25 → "0.3 s", 75 → "1 min 15 s", 7260 → "2 h 1 min". */
export function formatDuration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return '–';
  if (seconds < 0.05) return '0 s';
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  for (const [[unit, size], [smallerUnit, smaller]] of SPANS) {
    if (whole < size) continue;
    const rest = Math.floor((whole % size) / smaller);
    return rest === 0
      ? `${Math.floor(whole / size)} ${unit}`
      : `${Math.floor(whole / size)} ${unit} ${rest} ${smallerUnit}`;
  }
  return `${whole} s`;
}

const SPANS = [
  [
    ['d', 86_400],
    ['h', 3600],
  ],
  [
    ['h', 3600],
    ['min', 60],
  ],
  [
    ['min', 60],
    ['s', 1],
  ],
] as const;

/**
 * A share from 0 to 1 in percent. A share below 1 never becomes 100 %, and a share above 0 never becomes 0 %: 0.9996 →
 * "99.9 %".
 */
export function formatShare(share: number | null): string {
  if (share === null || !Number.isFinite(share)) return '–';
  if (share === 1) return '100 %';
  const floored = Math.floor(share * 1000) / 10;
  return floored === 0 && share > 0 ? '< 0.1 %' : `${floored.toFixed(1)} %`;
}

export function formatBytes(bytes: number): string {
  return bytes < 1e6
    ? `${Math.round(bytes / 1e3)} kB`
    : bytes < 1e9
      ? `${Math.round(bytes / 1e6)} MB`
      : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** count(1, "failure") → "1 failure", count(2, "failure") → "2 failures". */
export function count(amount: number, noun: string): string {
  return `${formatCount(amount)} ${noun}${amount === 1 ? '' : 's'}`;
}

/** `text` on one line, cut to `limit` characters. */
export function oneLine(text: string, limit: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= limit ? line : `${line.slice(0, limit - 1).trimEnd()}…`;
}
