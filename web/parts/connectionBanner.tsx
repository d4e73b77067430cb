import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { connection, lostAt } from '../state/connection';
import { formatDuration } from '../logic/format';

/** Says that the page is not connected, and what the user can do. */
export function ConnectionBanner(): JSX.Element | null {
  switch (connection.value) {
    case 'reconnecting':
      return (
        <div class="banner warn" role="status">
          <b>Reconnecting…</b> The fuzzer does not answer. The page shows the last known state.{' '}
          <span class="num" aria-hidden="true">
            <Elapsed />
          </span>
        </div>
      );
    case 'unauthorized':
      return (
        <div class="banner bad" role="alert">
          <b>Open the new URL printed in the terminal.</b> The token of this page is no longer valid.
        </div>
      );
    case 'outdated':
      return (
        <div class="banner bad" role="alert">
          <b>fuzz-runner was updated.</b> This page is older than the server.{' '}
          <button type="button" onClick={() => location.reload()}>
            Reload
          </button>
        </div>
      );
    case 'over':
      return (
        <div class="banner" role="status">
          <b>The run has ended.</b> This is its last state. The page continues when fuzz-runner is started again.
        </div>
      );
    default:
      return null;
  }
}

function Elapsed(): JSX.Element {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return <>{formatDuration(Math.max(0, Math.round((now - lostAt.value) / 1000)))}</>;
}
