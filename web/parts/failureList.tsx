import type { JSX } from 'preact';
import type { FailureSnapshot } from '../../src/protocol/failure';
import { isOpen } from '../../src/protocol/failureStates';
import { oneLine } from '../logic/format';
import { Link } from './navigation';
import { FailureState } from './status';

/** Distinct failures, one line each. Open failures come first. */
export function FailureList({ failures }: { readonly failures: readonly FailureSnapshot[] }): JSX.Element | null {
  if (failures.length === 0) return null;
  const ordered = [...failures].sort((a, b) => Number(!isOpen(a.state)) - Number(!isOpen(b.state)));
  return (
    <section class="failures" aria-labelledby="failures-title">
      <h2 id="failures-title">Distinct failures</h2>
      <ol>
        {ordered.map((failure) => (
          <li key={failure.id} class={isOpen(failure.state) ? '' : 'fixed'}>
            <Link to={{ target: failure.targetId, failure: failure.id }} class="failure-line">
              <span class="what">
                <b>{failure.errorName}</b> <span class="message">{oneLine(failure.message, 160)}</span>
              </span>
              <FailureState failure={failure} />
              <span class="where">
                <span class="test">{failure.testName}</span>
                <span class="mono muted">{placeOf(failure)}</span>
              </span>
              <code class="input" title="Smallest input so far">
                {oneLine(failure.input, 60)}
              </code>
            </Link>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The place of a failure as text: `src/list.ts:10`. */
export function placeOf(failure: FailureSnapshot): string {
  const { place, inside } = failure.origin;
  if (place === null) return failure.file;
  return `${place.file}:${place.line}${inside === undefined ? '' : ` in ${inside}`}`;
}
