import type { JSX } from 'preact';
import type { TargetId } from '../../src/protocol/target';
import { formatCount, formatDuration, formatShare, formatShort } from '../logic/format';
import { inputsPerSecond, sinceNewBehaviorSeconds } from '../logic/sort';
import { Link } from './navigation';
import { targetRow } from '../state/store';
import { Status } from './status';

interface RowProps {
  readonly id: TargetId;
  /** Number of the row, from 1; the head is number 1. */
  readonly position: number;
  readonly onPoint: (id: TargetId | null) => void;
}

/** A row of the table. It reads the signal of its target, so a change of one target redraws one row. */
export function TargetRow({ id, position, onPoint }: RowProps): JSX.Element | null {
  const target = targetRow(id).value;
  if (target === undefined) return null;
  const rate = inputsPerSecond(target);
  const last = target.lastNewBehavior;
  const quiet = last === null ? 'No new behavior yet' : `${formatCount(target.inputs - last.inputs)} inputs ago`;
  const rejected = `${formatCount(target.inputs)} inputs, of which ${formatCount(target.invalidInputs)} rejected`;
  return (
    <tr aria-rowindex={position} onPointerEnter={() => onPoint(id)} class={target.failures > 0 ? 'failing' : ''}>
      <th scope="row" class="c-name" title={`${target.file}\n${target.testName}`}>
        <Link to={{ target: id }}>
          <span class="test">{target.testName}</span>
          {target.ordinal > 0 ? <span class="muted"> property {target.ordinal + 1}</span> : null}
          <span class="file">{target.file}</span>
        </Link>
      </th>
      <td class="c-status">
        <Status target={target} />
      </td>
      <td class="c-failures">
        {target.failures > 0 ? <span class="bad-count">✗ {target.failures}</span> : <span class="muted">0</span>}
      </td>
      <td class="c-inputs" title={rejected}>
        {formatCount(target.inputs)}
      </td>
      <td class="c-behaviors">{formatCount(target.behaviors)}</td>
      <td class="c-rate">{rate === null ? '–' : formatShort(rate)}</td>
      <td class="c-quiet" title={quiet}>
        {formatDuration(sinceNewBehaviorSeconds(target))}
      </td>
      <td class="c-corpus">{formatCount(target.corpusSize)}</td>
      <td class="c-stability">{formatShare(target.stability)}</td>
    </tr>
  );
}
