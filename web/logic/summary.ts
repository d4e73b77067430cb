import type { FailureSnapshot } from '../../src/protocol/failure';
import type { RunEnd, RunSnapshot } from '../../src/protocol/run';
import type { TargetSnapshot } from '../../src/protocol/target';
import { isOpen } from '../../src/protocol/failureStates';
import { count, formatDuration } from './format';
import { sinceNewBehaviorSeconds } from './sort';

/** The headline of the page: what was found, and whether targets still find something new. */
export interface Summary {
  readonly tone: 'bad' | 'good' | 'busy';
  readonly headline: string;
  readonly detail: string;
}

/** A target is called quiet when it has shown no new behavior for this many seconds of its CPU time. */
const QUIET_SECONDS = 60;

export function summarize(
  run: RunSnapshot | null,
  targets: Iterable<TargetSnapshot>,
  failures: Iterable<FailureSnapshot>,
): Summary {
  const all = [...targets];
  const present = [...failures].filter((failure) => isOpen(failure.state));
  if (present.length > 0) {
    const failing = new Set(present.map((failure) => failure.targetId)).size;
    const shrinking = present.filter((failure) => failure.state === 'shrinking' || failure.state === 'found').length;
    const still = shrinking > 0 ? `${shrinkingPhrase(shrinking, present.length)} still being simplified. ` : '';
    const headline = `${count(present.length, 'distinct failure')} in ${failing} of ${count(all.length, 'target')}`;
    return { tone: 'bad', headline, detail: still + progress(run, all) };
  }
  if (run === null) return { tone: 'busy', headline: 'Nothing has run yet', detail: '' };
  if (run.state === 'collecting' && all.every((target) => target.inputs === 0)) {
    return { tone: 'busy', headline: 'Collecting targets', detail: `${count(all.length, 'target')} so far.` };
  }
  if (all.length === 0) return { tone: 'busy', headline: 'No target to fuzz', detail: endPhrase(run) };
  return { tone: 'good', headline: `No failure in ${count(all.length, 'target')}`, detail: progress(run, all) };
}

function shrinkingPhrase(shrinking: number, all: number): string {
  if (shrinking === 1) return '1 is';
  return shrinking === all ? 'All are' : `${shrinking} are`;
}

function progress(run: RunSnapshot | null, targets: readonly TargetSnapshot[]): string {
  if (run !== null && run.ended !== null) return endPhrase(run);
  const active = targets.filter((target) => target.status === 'fuzzing' || target.status === 'waiting');
  const finding = active.filter((target) => (sinceNewBehaviorSeconds(target) ?? 0) < QUIET_SECONDS).length;
  const stuck = targets.filter((target) => target.status === 'blocked').length;
  const parts = [];
  if (active.length === 0) parts.push('No target can go on.');
  else if (finding === active.length) parts.push('Every running target is still finding new behavior.');
  else if (finding === 0) parts.push('No target has found new behavior in its last minute of CPU time.');
  else {
    const verb = finding === 1 ? 'is' : 'are';
    parts.push(`${count(finding, 'target')} ${verb} still finding new behavior, ${active.length - finding} quiet.`);
  }
  if (stuck > 0) parts.push(`${count(stuck, 'target')} cannot go on.`);
  return parts.join(' ');
}

const REASONS: Record<RunEnd, string> = {
  budget: 'because its time budget was used up',
  interrupted: 'because it was interrupted',
  failure: 'because it was told to stop at the first failure',
  'nothing-to-learn': 'because nothing was left to learn',
  'no-targets': 'because there was nothing to fuzz',
  error: 'because of an error',
};

function endPhrase(run: RunSnapshot): string {
  if (run.ended === null) return '';
  const { totals } = run;
  const inputs = count(totals.inputs, 'input');
  return `Ended after ${formatDuration(run.wallSeconds)} and ${inputs}, ${REASONS[run.ended]}.`;
}
