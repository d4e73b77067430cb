import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { formatCount, formatDuration, formatShort } from '../logic/format';
import type { Grid, Scale, XAxis } from '../logic/grid';
import { colorOf, useTheme } from './theme';

export interface Curve {
  readonly id: string;
  readonly label: string;
  readonly isFailing: boolean;
}

export interface ChartProps {
  readonly curves: readonly Curve[];
  readonly grid: Grid;
  readonly axis: XAxis;
  readonly scale: Scale;
  /** Id of the curve to put in front; null for none. */
  readonly focus: string | null;
  /** x positions of failures, as in the grid. */
  readonly marks?: readonly number[];
  /** The content of the chart as text, for screen readers and for the caption. */
  readonly summary: string;
}

const HEIGHT = 260;
/** The pointer selects a curve that is at most this many pixels away. */
const REACH = 30;

/** A chart of behaviors over time or inputs. No other file uses uPlot. */
export function Chart(props: ChartProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  /** While the user has zoomed in, the visible range stays when new data come. */
  const isZoomed = useRef(false);
  const [readout, setReadout] = useState('');
  // A canvas keeps its colors, so a change of the theme needs a new plot.
  const theme = useTheme();
  const shape = JSON.stringify([theme, props.axis, props.scale, props.curves]);

  useEffect(() => {
    const element = host.current!;
    const built = new uPlot(
      options({ latest, isZoomed, width: element.clientWidth, read: setReadout }),
      data(latest.current),
      element,
    );
    plot.current = built;
    isZoomed.current = false;
    // uPlot itself shows the whole range again after a double click.
    element.addEventListener('dblclick', () => (isZoomed.current = false));
    const resize = new ResizeObserver(() => built.setSize({ width: element.clientWidth, height: HEIGHT }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      built.destroy();
      plot.current = null;
    };
  }, [shape]);
  useEffect(() => {
    plot.current?.setData(data(props), !isZoomed.current);
    if (isZoomed.current) plot.current?.redraw();
  }, [props.grid]);
  useEffect(() => {
    const at = props.curves.findIndex((curve) => curve.id === props.focus);
    plot.current?.setSeries(at < 0 ? null : at + 1, { focus: true });
  }, [props.focus, shape]);

  return (
    <figure class="chart">
      <div ref={host} role="img" aria-label={props.summary} style={{ height: `${HEIGHT}px` }} />
      <figcaption class="readout">{readout === '' ? (focusText(props) ?? props.summary) : readout}</figcaption>
    </figure>
  );
}

/** The label of the curve in front, and how many behaviors it reached. */
function focusText({ curves, grid, focus }: ChartProps): string | null {
  const at = curves.findIndex((curve) => curve.id === focus);
  const reached = grid.curves[at]?.findLast((value) => value !== null);
  return reached === undefined || reached === null ? null : `${curves[at]!.label}: ${formatCount(reached)} behaviors`;
}

function data({ grid }: ChartProps): uPlot.AlignedData {
  return [grid.x, ...grid.curves] as uPlot.AlignedData;
}

interface Setup {
  readonly latest: { readonly current: ChartProps };
  readonly isZoomed: { current: boolean };
  readonly width: number;
  /** Receives a text about the point under the pointer; empty for none. */
  readonly read: (text: string) => void;
}

function options({ latest, isZoomed, width, read }: Setup): uPlot.Options {
  const { axis, scale, curves } = latest.current;
  const axisStyle = {
    stroke: colorOf('--muted'),
    font: '11px system-ui, sans-serif',
    grid: { stroke: colorOf('--line'), width: 1 },
    ticks: { show: false },
  };
  const showX = (value: number): string => formatX(scale === 'log' ? 10 ** value : value, axis);
  let focused: number | null = null;
  const update = (plot: uPlot): void => read(readCurve(plot, latest.current, focused, showX));
  return {
    width,
    height: HEIGHT,
    padding: [12, 16, 0, 0],
    legend: { show: false },
    focus: { alpha: 0.25 },
    cursor: { focus: { prox: REACH }, drag: { setScale: true, x: true, y: false }, y: false, points: { size: 7 } },
    scales: { x: { time: false }, y: { range: (_plot, _min, max) => [0, Math.max(10, (max ?? 0) * 1.06)] } },
    axes: [
      {
        ...axisStyle,
        size: 30,
        values: (_plot, splits) => splits.map(showX),
        splits: scale === 'log' ? logSplits(axis) : undefined,
        incrs: axis === 'time' ? TIME_STEPS : undefined,
        space: 70,
      },
      { ...axisStyle, size: 52, values: (_plot, splits) => splits.map(formatShort) },
    ],
    series: [{}, ...curves.map((curve, at) => seriesOf(curve, at, curves.length))],
    hooks: {
      setSeries: [(plot, index) => update(((focused = index), plot))],
      setSelect: [(plot) => (isZoomed.current ||= plot.select.width > 0)],
      setCursor: [update],
      draw: [(plot) => drawMarks(plot, latest.current.marks ?? [])],
    },
  };
}

function seriesOf(curve: Curve, at: number, amount: number): uPlot.Series {
  const color = colorOf(curve.isFailing ? '--bad' : `--curve-${(at % CURVE_COLORS) + 1}`);
  return {
    label: curve.label,
    stroke: color,
    width: curve.isFailing || amount === 1 ? 2 : 1.25,
    dash: curve.isFailing && amount > 1 ? [6, 3] : undefined,
    fill: amount === 1 ? colorOf('--curve-fill') : undefined,
    paths: uPlot.paths.stepped?.({ align: 1 }),
    points: { show: false },
  };
}

const CURVE_COLORS = 6;
const TIME_STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800,
];

function formatX(value: number, axis: XAxis): string {
  return axis === 'time' ? formatDuration(value) : formatShort(value);
}

/** The labels of a logarithmic axis: powers of ten for inputs, round amounts of seconds, minutes and hours for time. */
function logSplits(axis: XAxis): (plot: uPlot, index: number, min: number, max: number) => number[] {
  const values = axis === 'time' ? CLOCK : Array.from({ length: 16 }, (_, power) => 10 ** power);
  return (_plot, _index, min, max) => values.map(Math.log10).filter((value) => value >= min && value <= max);
}

const CLOCK = [0.1, 0.3, 1, 3, 10, 30, 60, 180, 600, 1800, 3600, 10_800, 36_000, 86_400, 259_200, 864_000];

/** A text about the point under the pointer; empty for none. */
function readCurve(plot: uPlot, props: ChartProps, focused: number | null, showX: (x: number) => string): string {
  const at = plot.cursor.idx;
  const series = props.curves.length === 1 ? 1 : focused;
  if (at === null || at === undefined || series === null || series === undefined) return '';
  const behaviors = plot.data[series]?.[at];
  const x = plot.data[0][at];
  if (behaviors === null || behaviors === undefined || x === undefined) return '';
  const unit = props.axis === 'inputs' ? ' inputs' : '';
  return `${props.curves[series - 1]!.label}: ${formatCount(behaviors)} behaviors at ${showX(x)}${unit}`;
}

function drawMarks(plot: uPlot, marks: readonly number[]): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = colorOf('--bad');
  ctx.setLineDash([4, 4]);
  ctx.lineWidth = devicePixelRatio;
  for (const mark of marks) {
    const x = Math.round(plot.valToPos(mark, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}
