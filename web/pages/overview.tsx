import { useComputed, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { TargetId } from '../../src/protocol/target';
import { parseFilter } from '../logic/filter';
import { parseSort, sortTargets } from '../logic/sort';
import { summarize } from '../logic/summary';
import { adjust, route } from '../parts/navigation';
import { Empty } from '../parts/empty';
import { FailureList } from '../parts/failureList';
import { FilterBox } from '../parts/filterBox';
import { Notices } from '../parts/notices';
import { OverviewChart } from '../parts/overviewChart';
import { OverviewStats } from '../parts/overviewStats';
import { TargetTable } from '../parts/targetTable';
import { allTargets, failures, run, slowVersion, targetIds, version } from '../state/store';

export function OverviewPage(): JSX.Element {
  const pointed = useSignal<TargetId | null>(null);
  if (run.value === null && targetIds.value.length === 0) return <NothingYet />;
  return (
    <>
      <Headline />
      <OverviewStats />
      <Notices />
      <FailureList failures={failures.value} />
      <Targets pointed={pointed} />
    </>
  );
}

function Headline(): JSX.Element {
  void version.value;
  const { tone, headline, detail } = summarize(run.value, allTargets(), failures.value);
  return (
    <div class={`headline ${tone}`}>
      <h1 tabIndex={-1}>{headline}</h1>
      <p>{detail}</p>
    </div>
  );
}

/** Chart and table of the targets that pass the filter. */
function Targets({ pointed }: { readonly pointed: { value: TargetId | null } }): JSX.Element {
  const shown = useComputed(() => {
    // Rows are sorted when targets are added, on a click, and once a second. If they moved with each change, the user
    // could not click them.
    void slowVersion.value;
    void targetIds.value;
    const matches = parseFilter(route.value.filter);
    return sortTargets(allTargets(), parseSort(route.value.sort))
      .filter(matches)
      .map((target) => target.id);
  });
  const held = useSignal<readonly TargetId[] | null>(null);
  const ids = shown.value;
  const total = targetIds.value.length;
  return (
    <>
      <OverviewChart ids={ids} focus={pointed.value} />
      <section aria-labelledby="targets-title">
        <div class="section-head">
          <h2 id="targets-title">Targets</h2>
          <FilterBox shown={ids.length} total={total} />
        </div>
        {ids.length === 0 ? (
          <NoMatch total={total} />
        ) : (
          <TargetTable
            ids={inPlace(held.value, ids)}
            onPoint={(id) => {
              pointed.value = id;
              // While the pointer is on the table, its rows keep their order.
              held.value = id === null ? null : (held.value ?? ids);
            }}
          />
        )}
      </section>
    </>
  );
}

/** The held order, as long as it has the same targets; otherwise the new order. */
function inPlace(held: readonly TargetId[] | null, ids: readonly TargetId[]): readonly TargetId[] {
  if (held === null || held.length !== ids.length) return ids;
  const present = new Set(ids);
  return held.every((id) => present.has(id)) ? held : ids;
}

function NoMatch({ total }: { readonly total: number }): JSX.Element {
  if (total === 0) return <Empty title="No target yet" />;
  return (
    <Empty title={`No target matches “${route.value.filter}”`}>
      <button type="button" onClick={() => adjust({ filter: '' })}>
        Clear the filter
      </button>
    </Empty>
  );
}

function NothingYet(): JSX.Element {
  return (
    <Empty title="Nothing has run yet">
      <p>
        Start with <code>npx jest --runner=fuzz-runner</code>. This page then updates by itself.
      </p>
    </Empty>
  );
}
