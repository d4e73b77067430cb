import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { TargetId } from '../../src/protocol/target';
import { nextSort, formatSort, parseSort, type ColumnName } from '../logic/sort';
import { visibleRows, type RowWindow } from '../logic/window';
import { adjust, route } from './navigation';
import { TargetRow } from './targetRow';

interface TableProps {
  readonly ids: readonly TargetId[];
  /** Called with the target whose row the pointer enters, and with null when the pointer leaves the table. */
  readonly onPoint: (id: TargetId | null) => void;
}

/** Height of a row in pixels, the same as in table.css. It gives the height of rows that are not in the document. */
const ROW_HEIGHT = 34;

const HEADS: readonly { readonly column: ColumnName; readonly text: string; readonly title: string }[] = [
  { column: 'name', text: 'Target', title: 'Name of the test' },
  { column: 'status', text: 'Status', title: 'Whether the target gets slices of time' },
  { column: 'failures', text: 'Failures', title: 'Distinct failures known now' },
  { column: 'inputs', text: 'Inputs', title: 'Inputs that were run, including rejected ones' },
  { column: 'behaviors', text: 'Behaviors', title: 'Distinct branches and events that were seen' },
  { column: 'rate', text: 'Inputs/s', title: 'Inputs per second of CPU time, over the whole run' },
  { column: 'quiet', text: 'Since new', title: 'CPU time since the last new behavior' },
  { column: 'corpus', text: 'Corpus', title: 'Inputs that are kept, each because it covers something new' },
  { column: 'stability', text: 'Stability', title: 'Share of inputs that cover the same code when they are run again' },
];

/** Up to this many rows, all are in the document, so that the browser's own search finds them. */
const FEW_ROWS = 150;

/** The table of all targets. If there are many, only the rows in view are in the document. */
export function TargetTable({ ids, onPoint }: TableProps): JSX.Element {
  const body = useRef<HTMLTableSectionElement>(null);
  const inView = useRowWindow(body, ids.length);
  const { start, end } = ids.length <= FEW_ROWS ? { start: 0, end: ids.length } : inView;
  return (
    <table class="targets" aria-rowcount={ids.length + 1}>
      <caption class="sr-only">Targets</caption>
      <Heads />
      <tbody ref={body} onPointerLeave={() => onPoint(null)}>
        <Spacer rows={start} />
        {ids.slice(start, end).map((id, at) => (
          <TargetRow key={id} id={id} position={start + at + 2} onPoint={onPoint} />
        ))}
        <Spacer rows={ids.length - end} />
      </tbody>
    </table>
  );
}

function Heads(): JSX.Element {
  const sort = parseSort(route.value.sort);
  return (
    <thead>
      <tr aria-rowindex={1}>
        {HEADS.map(({ column, text, title }) => {
          const isSorted = sort.column === column;
          const direction = sort.isDescending ? 'descending' : 'ascending';
          return (
            <th key={column} scope="col" class={`c-${column}`} aria-sort={isSorted ? direction : undefined}>
              <button type="button" title={title} onClick={() => adjust({ sort: formatSort(nextSort(sort, column)) })}>
                {text}
                <span aria-hidden="true" class="arrow">
                  {isSorted ? (sort.isDescending ? '↓' : '↑') : ''}
                </span>
              </button>
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

/** An empty row with the height of the rows that are not in the document. */
function Spacer({ rows }: { readonly rows: number }): JSX.Element | null {
  return rows <= 0 ? null : (
    <tr aria-hidden="true" class="spacer">
      <td colSpan={HEADS.length} style={{ height: `${rows * ROW_HEIGHT}px` }} />
    </tr>
  );
}

function useRowWindow(body: { readonly current: HTMLElement | null }, rows: number): RowWindow {
  const shown = useSignal<RowWindow>({ start: 0, end: Math.min(rows, 60) });
  useEffect(() => {
    const measure = (): void => {
      const top = body.current?.getBoundingClientRect().top ?? 0;
      const next = visibleRows(rows, ROW_HEIGHT, top, innerHeight);
      const { start, end } = shown.peek();
      if (next.start !== start || next.end !== end) shown.value = next;
    };
    measure();
    addEventListener('scroll', measure, { passive: true });
    addEventListener('resize', measure);
    // Content above the table may grow or shrink, which moves the table without a scroll.
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => {
      removeEventListener('scroll', measure);
      removeEventListener('resize', measure);
      observer.disconnect();
    };
  }, [rows]);
  return shown.value;
}
