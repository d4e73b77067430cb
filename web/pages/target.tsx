import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { FailureSnapshot } from '../../src/protocol/failure';
import type { TargetId, TargetSnapshot, UnstableBehaviors } from '../../src/protocol/target';
import { isOpen } from '../../src/protocol/failureStates';
import { count, formatCount, formatDuration, formatShare, formatShort } from '../logic/format';
import { makeGrid, xAtInputs } from '../logic/grid';
import { inputsPerSecond, sinceNewBehaviorSeconds } from '../logic/sort';
import { Link, route } from '../parts/navigation';
import { Chart } from '../parts/chart';
import { ChartOptions } from '../parts/chartOptions';
import { curveOwner } from '../parts/curveOwner';
import { Empty } from '../parts/empty';
import { FailureCard } from '../parts/failureCard';
import { Stats, type Stat } from '../parts/stats';
import { Status } from '../parts/status';
import { curveOf, failures, slowVersion, targetRow } from '../state/store';

export function TargetPage({ id }: { readonly id: TargetId }): JSX.Element {
  const target = targetRow(id).value;
  const all = failures.value.filter((failure) => failure.targetId === id);
  const own = [...all].sort((a, b) => Number(!isOpen(a.state)) - Number(!isOpen(b.state)));
  if (target === undefined && own.length === 0) return <Unknown id={id} />;
  return (
    <>
      <Heading id={id} target={target} failure={own[0]} />
      {target === undefined ? null : <Stats stats={statsOf(target)} />}
      {target === undefined || target.detail === null ? null : <p class={`detail ${target.status}`}>{target.detail}</p>}
      {target?.unstable === undefined ? null : <Unstable unstable={target.unstable} />}
      {own.length === 0 ? null : (
        <section aria-labelledby="failures-title">
          <h2 id="failures-title">{failuresTitle(own)}</h2>
          {own.map((failure) => (
            <FailureCard key={failure.id} failure={failure} isWanted={route.value.failure === failure.id} />
          ))}
        </section>
      )}
      {target === undefined ? null : <Coverage target={target} failures={own} />}
    </>
  );
}

function failuresTitle(own: readonly FailureSnapshot[]): string {
  const present = own.filter((failure) => isOpen(failure.state)).length;
  const gone = own.length - present;
  if (present === 0) return count(gone, 'former failure');
  return `${count(present, 'distinct failure')}${gone > 0 ? `, and ${gone} former` : ''}`;
}

/** The places where the code behaves differently when it runs the same input again. */
function Unstable({ unstable: { count: all, places } }: { readonly unstable: UnstableBehaviors }): JSX.Element | null {
  if (all === 0) return null;
  return (
    <details class="card unstable">
      <summary>{count(all, 'unstable behavior')}: not in every run of the same input</summary>
      <p>Randomness, caches or the clock cause them. They do not count when inputs are chosen.</p>
      <ul class="mono">
        {places.map((place) => (
          <li key={place}>{place}</li>
        ))}
      </ul>
    </details>
  );
}

interface HeadingProps {
  readonly id: TargetId;
  readonly target: TargetSnapshot | undefined;
  readonly failure: FailureSnapshot | undefined;
}

function Heading({ id, target, failure }: HeadingProps): JSX.Element {
  const titles = target?.titles ?? [failure?.testName ?? id];
  return (
    <div class="headline target-headline">
      <p class="crumbs">
        <Link to={{}}>Overview</Link> <span aria-hidden="true">/</span>{' '}
        <span class="mono">{target?.file ?? failure?.file}</span>
        {titles.slice(0, -1).map((title, at) => (
          <span key={at}>
            {' '}
            <span aria-hidden="true">›</span> {title}
          </span>
        ))}
      </p>
      <h1 tabIndex={-1}>
        {titles.at(-1)} {target === undefined ? null : <Status target={target} />}
      </h1>
    </div>
  );
}

function statsOf(target: TargetSnapshot): Stat[] {
  const rate = inputsPerSecond(target);
  const last = target.lastNewBehavior;
  return [
    { label: 'Inputs', value: formatCount(target.inputs), title: 'Inputs that were run, including rejected ones' },
    { label: 'Rejected', value: formatCount(target.invalidInputs), title: 'Inputs that fc.pre or a filter rejected' },
    { label: 'Behaviors', value: formatCount(target.behaviors), title: 'Distinct branches and events that were seen' },
    { label: 'Inputs/s', value: rate === null ? '–' : formatShort(rate), title: 'Inputs per second of CPU time' },
    {
      label: 'Since new behavior',
      value: formatDuration(sinceNewBehaviorSeconds(target)),
      title: last === null ? 'No new behavior yet' : `CPU time; ${formatCount(target.inputs - last.inputs)} inputs`,
    },
    {
      label: 'Corpus',
      value: formatCount(target.corpusSize),
      title: 'Inputs that are kept, each because it covers something new',
    },
    {
      label: 'Stability',
      value: formatShare(target.stability),
      title: 'Share of inputs that cover the same code when they are run again',
    },
    {
      label: 'Unstable',
      value: formatCount(target.unstable?.count ?? 0),
      title: 'Behaviors that appear in one run of an input but not in another run of the same input',
    },
    { label: 'CPU time', value: formatDuration(target.cpuSeconds), title: 'CPU time that the target used in this run' },
  ];
}

interface CoverageProps {
  readonly target: TargetSnapshot;
  readonly failures: readonly FailureSnapshot[];
}

function Coverage({ target, failures: own }: CoverageProps): JSX.Element {
  const { x: axis, scale } = route.value;
  const tick = slowVersion.value;
  const grid = useMemo(() => makeGrid([curveOf(target.id)], axis, scale), [target.id, axis, scale, tick]);
  const curve = curveOf(target.id);
  const marks = own
    .map((failure) => xAtInputs(curve, failure.firstFound.inputs, axis, scale))
    .filter((x) => x !== null);
  const about = marks.length > 0 ? ' Dashed lines: where a failure was first found.' : '';
  return (
    <section class="card" aria-labelledby="coverage-title">
      <div class="section-head">
        <h2 id="coverage-title">Behaviors over {axis === 'time' ? 'time' : 'inputs'}</h2>
        <ChartOptions />
      </div>
      <Chart
        curves={[{ id: target.id, label: target.testName, isFailing: false }]}
        grid={grid}
        axis={axis}
        scale={scale}
        focus={null}
        marks={marks}
        summary={`${formatCount(target.behaviors)} behaviors after ${formatCount(target.inputs)} inputs.${about}${curveOwner()}`}
      />
    </section>
  );
}

function Unknown({ id }: { readonly id: TargetId }): JSX.Element {
  return (
    <Empty title="This target is not part of the run">
      <p class="mono">{id}</p>
      <p>
        It may have been renamed, or left out of this run. <Link to={{}}>All targets</Link>
      </p>
    </Empty>
  );
}
