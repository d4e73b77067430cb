import { useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { isOpen } from '../src/protocol/failureStates';
import { connection } from './state/connection';
import { route } from './parts/navigation';
import { NotCollectedPage } from './pages/notCollected';
import { OverviewPage } from './pages/overview';
import { TargetPage } from './pages/target';
import { WorkersPage } from './pages/workers';
import { ConnectionBanner } from './parts/connectionBanner';
import { FailureAnnouncer } from './parts/failureAnnouncer';
import { Header } from './parts/header';
import { failures, server } from './state/store';

export function App(): JSX.Element {
  useSignalEffect(() => {
    const present = failures.value.filter((failure) => isOpen(failure.state)).length;
    document.title = present > 0 ? `(${present}) fuzz-runner` : 'fuzz-runner';
  });
  const isStale = connection.value === 'reconnecting' || connection.value === 'unauthorized';
  return (
    <>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <Header />
      <ConnectionBanner />
      <main id="main" class={isStale ? 'stale' : ''}>
        {server.value === null ? <Loading /> : <Page />}
      </main>
      <FailureAnnouncer />
    </>
  );
}

function Page(): JSX.Element {
  const { page, target } = route.value;
  switch (page) {
    case 'target':
      return <TargetPage key={target} id={target} />;
    case 'not-collected':
      return <NotCollectedPage />;
    case 'workers':
      return <WorkersPage />;
    default:
      return <OverviewPage />;
  }
}

function Loading(): JSX.Element | null {
  // When nothing can be loaded, the banner says so.
  return connection.value === 'loading' ? (
    <p class="empty" role="status">
      Loading…
    </p>
  ) : null;
}
