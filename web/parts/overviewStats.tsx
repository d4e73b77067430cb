import type { JSX } from 'preact';
import type { FleetTotals } from '../../src/protocol/run';
import { isOpen } from '../../src/protocol/failureStates';
import { formatCount, formatDuration, formatShort } from '../logic/format';
import { failures, run } from '../state/store';
import { Stats, type Stat } from './stats';

/** The totals of the run. */
export function OverviewStats(): JSX.Element | null {
  const now = run.value;
  if (now === null) return null;
  const { totals } = now;
  const present = failures.value.filter((failure) => isOpen(failure.state)).length;
  const isOver = now.state === 'finished';
  return (
    <Stats
      stats={[
        {
          label: 'Failures',
          value: formatCount(present),
          title: 'Distinct failures known now',
          tone: present > 0 ? 'bad' : undefined,
        },
        { label: 'Inputs', value: formatCount(totals.inputs), title: 'Inputs that were run, of all targets' },
        {
          label: 'Behaviors',
          value: formatCount(totals.behaviors),
          title: 'Distinct branches and events seen, of all targets',
        },
        isOver
          ? {
              label: 'Inputs/s',
              value: formatShort(totals.inputs / now.wallSeconds),
              title: 'Inputs per second, over the whole run',
            }
          : {
              label: 'Inputs/s',
              value: formatShort(totals.inputsPerSecond),
              title: 'Inputs per second, over the last few seconds',
            },
        {
          label: 'Since new behavior',
          value: formatDuration(totals.sinceNewBehaviorSeconds),
          title: 'Time since any target last showed a new behavior',
        },
        { label: 'CPU time', value: formatDuration(totals.cpuSeconds), title: `Of ${now.workers} workers together` },
        ...(now.fleet === undefined ? [] : fleetStats(now.fleet)),
      ]}
    />
  );
}

/** Of all fuzzers of the database; what a run shows of itself stands beside it. */
function fleetStats({ fuzzers, alive, inputs, behaviors, cpuSeconds }: FleetTotals): readonly Stat[] {
  return [
    { label: 'Fuzzers', value: `${alive} of ${fuzzers}`, title: 'Processes that fuzz this database and are alive' },
    { label: 'Inputs of all', value: formatCount(inputs), title: 'Sum over all fuzzers of this database' },
    { label: 'Behaviors of all', value: formatCount(behaviors), title: 'Seen by any fuzzer, each counted once' },
    { label: 'CPU time of all', value: formatDuration(cpuSeconds), title: 'Sum over all fuzzers of this database' },
  ];
}
