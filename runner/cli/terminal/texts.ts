/** `1,234 records`, `1 record`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}

/** `1.5 MB`; a kilobyte has 1,000 bytes. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let size = bytes / 1000;
  let unit = 0;
  for (; size >= 999.5 && unit < units.length - 1; unit += 1) size /= 1000;
  return `${size < 10 ? size.toFixed(1) : String(Math.round(size))} ${units[unit]!}`;
}

/** `2026-11-21 14:05`, in UTC; `-` when the time is not known. `at`: milliseconds since 1970, or 0. */
export function timeText(at: number | null): string {
  return at === null || at === 0 ? '-' : new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}

/** `3 minimal, 1 flaky`; `none` when there are none. */
export function failuresText(failures: Readonly<Partial<Record<string, number>>>): string {
  const parts = Object.entries(failures).map(([state, number]) => `${number} ${state}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}

/** Rows as lines with aligned columns. `right`: the columns that are aligned to the right. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths = rows.reduce<number[]>(
    (known, row) => row.map((cell, at) => Math.max(known[at] ?? 0, cell.length)),
    [],
  );
  return rows
    .map((row) =>
      row
        .map((cell, at) => (right.includes(at) ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
