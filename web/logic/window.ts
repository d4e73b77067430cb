/** Which rows of a long table are in the document. */
export interface RowWindow {
  readonly start: number;
  /** The index after the last row. */
  readonly end: number;
}

/** Rows that are drawn beyond each edge of the view, so that a scroll shows no gap before the next frame. */
const OVERSCAN = 12;

/**
 * The rows to draw, of `rows` rows that are `rowHeight` pixels high. `top`: how many pixels the first row is below the
 * upper edge of the view (negative when it is above). `viewHeight`: the height of the view in pixels.
 */
export function visibleRows(rows: number, rowHeight: number, top: number, viewHeight: number): RowWindow {
  const first = Math.floor(-top / rowHeight) - OVERSCAN;
  const last = Math.ceil((viewHeight - top) / rowHeight) + OVERSCAN;
  const start = Math.min(Math.max(0, first), rows);
  return { start, end: Math.min(Math.max(start, last), rows) };
}
