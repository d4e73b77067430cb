import type { JSX } from 'preact';
import { shortRate } from '../../src/protocol/failureRate';
import type { FailureSnapshot } from '../../src/protocol/failure';
import type { TargetSnapshot, TargetStatus } from '../../src/protocol/target';
import { count } from '../logic/format';
import { isOver } from '../state/store';

/** A shape for each status, because many people cannot distinguish the colors. */
const SHAPES: Record<TargetStatus, string> = { waiting: '○', fuzzing: '●', exhausted: '✓', blocked: '▲' };

const MEANINGS: Record<TargetStatus, string> = {
  waiting: 'Has not run yet',
  fuzzing: 'Gets slices of time',
  exhausted: 'Every possible input has been run',
  blocked: 'Cannot go on',
};

const ENDED = 'The run has ended; the next run continues with this target';

export function Status({ target }: { readonly target: TargetSnapshot }): JSX.Element {
  // The target could go on, but no fuzzer is at work.
  if (isOver.value && (target.status === 'fuzzing' || target.status === 'waiting')) {
    return (
      <span class="status waiting" title={target.detail ?? ENDED}>
        <span aria-hidden="true">{SHAPES.waiting}</span> ended
      </span>
    );
  }
  return (
    <span class={`status ${target.status}`} title={target.detail ?? MEANINGS[target.status]}>
      <span aria-hidden="true">{SHAPES[target.status] ?? '?'}</span> {target.status}
    </span>
  );
}

/** The state of a failure. */
export function FailureState({ failure }: { readonly failure: FailureSnapshot }): JSX.Element {
  return <span class={`chip state-${failure.state}`}>{describe(failure)}</span>;
}

function describe(failure: FailureSnapshot): string {
  switch (failure.state) {
    case 'found':
      return 'found';
    case 'shrinking':
      return `shrinking… ${count(failure.shrinks, 'step')}`;
    case 'minimal':
      return 'minimal';
    case 'flaky':
      return failure.reruns === undefined ? 'flaky' : `flaky: ${shortRate(failure.reruns)}`;
    case 'fixed':
      return 'fixed';
    case 'changed':
      return 'changed: now fails in another way';
    case 'expired':
      return 'expired';
    default:
      return failure.state;
  }
}
