/** Which rows of a long table are in the document. */
export interface RowWindow {
  readonly start: number;
  /** Past the last. */
  readonly end: number;
}

/** Rows kept beyond each edge of the view, so that a scroll shows no gap before the next frame. */
const OVERSCAN = 12;

/**
 * The rows to draw of `rows` rows of `rowHeight` pixels, when the table's first row is `top` pixels below the upper edge
 * of a view of `viewHeight` pixels (negative: scrolled past).
 */
export function visibleRows(rows: number, rowHeight: number, top: number, viewHeight: number): RowWindow {
  const first = Math.floor(-top / rowHeight) - OVERSCAN;
  const last = Math.ceil((viewHeight - top) / rowHeight) + OVERSCAN;
  const start = Math.min(Math.max(0, first), rows);
  return { start, end: Math.min(Math.max(start, last), rows) };
}
