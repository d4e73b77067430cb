import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { TargetId } from '../../src/protocol/target';
import { count, formatCount } from '../logic/format';
import { makeGrid } from '../logic/grid';
import { route } from './navigation';
import { curveOf, slowVersion, targetRow } from '../state/store';
import { Chart, type Curve } from './chart';
import { ChartOptions } from './chartOptions';
import { curveOwner } from './curveOwner';

/** At most this many curves are drawn: more could not be distinguished, and would take time. */
const MAX_CURVES = 40;

interface OverviewChartProps {
  readonly ids: readonly TargetId[];
  readonly focus: TargetId | null;
}

/** A chart of the targets of the table. */
export function OverviewChart({ ids, focus }: OverviewChartProps): JSX.Element {
  const { x: axis, scale } = route.value;
  const tick = slowVersion.value;
  const drawn = useMemo(() => pick(ids), [ids.join('\n'), Math.floor(tick / 10)]);
  const curves: Curve[] = drawn.map((id) => {
    const target = targetRow(id).peek();
    return { id, label: target?.testName ?? id, isFailing: (target?.failures ?? 0) > 0 };
  });
  const grid = useMemo(() => makeGrid(drawn.map(curveOf), axis, scale), [drawn, axis, scale, tick]);
  const total = drawn.reduce((sum, id) => sum + (curveOf(id).at(-1)?.behaviors ?? 0), 0);
  const which =
    drawn.length < ids.length ? `the ${drawn.length} targets with the most behaviors` : count(drawn.length, 'target');
  return (
    <section class="card" aria-labelledby="coverage-title">
      <div class="section-head">
        <h2 id="coverage-title">Behaviors over {axis === 'time' ? 'time' : 'inputs'}</h2>
        <ChartOptions />
      </div>
      <Chart
        curves={curves}
        grid={grid}
        axis={axis}
        scale={scale}
        focus={focus}
        summary={`${formatCount(total)} behaviors of ${which}; failing targets dashed in red.${curveOwner()}`}
      />
    </section>
  );
}

/**
 * The targets to draw, sorted by id: the place in this list decides the color, and the color must not change with the
 * figures.
 */
function pick(ids: readonly TargetId[]): TargetId[] {
  const behaviors = (id: TargetId): number => targetRow(id).peek()?.behaviors ?? 0;
  const drawn = ids.length <= MAX_CURVES ? [...ids] : [...ids].sort((a, b) => behaviors(b) - behaviors(a));
  return drawn.slice(0, MAX_CURVES).sort();
}
