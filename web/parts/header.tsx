import type { JSX } from 'preact';
import { connection } from '../state/connection';
import { formatDuration } from '../logic/format';
import { Link, route } from './navigation';
import { notCollected, run, server, workers } from '../state/store';

export function Header(): JSX.Element {
  const { page } = route.value;
  return (
    <header class="top">
      <Link to={{}} class="brand" title="Overview">
        <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
          <path d="M4 24h5v-5h5v-5h6v-5h4" />
          <circle cx="26" cy="9" r="3" />
        </svg>
        fuzz-runner
      </Link>
      <nav aria-label="Pages">
        <Link to={{}} current={page === 'overview'}>
          Overview
        </Link>
        <Link to={{ page: 'workers' }} current={page === 'workers'}>
          Workers <Amount of={run.value?.fleet?.workers ?? workers.value.length} />
        </Link>
        <Link to={{ page: 'not-collected' }} current={page === 'not-collected'}>
          Not collected <Amount of={notCollected.value.length} />
        </Link>
      </nav>
      <RunState />
    </header>
  );
}

function Amount({ of }: { readonly of: number }): JSX.Element | null {
  return of === 0 ? null : <span class="amount">{of}</span>;
}

function RunState(): JSX.Element {
  const now = run.value;
  if (now === null) return <p class="run-state" />;
  const budget = now.budgetSeconds === null ? '' : ` of ${formatDuration(now.budgetSeconds)}`;
  const isLive = connection.value === 'live' && now.state !== 'finished';
  const isReading = server.value?.standalone === true;
  return (
    <p class="run-state" title={`Run ${now.runId} on ${now.host}, seed ${now.seed}, ${now.database}`}>
      <span class={isLive ? 'pulse' : 'pulse off'} aria-hidden="true" />
      {now.state}
      <span class="muted num">
        {formatDuration(now.wallSeconds)}
        {now.state === 'finished' ? '' : budget}
      </span>
      {isReading ? <span class="chip">from the database</span> : null}
    </p>
  );
}
