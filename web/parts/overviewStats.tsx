import type { JSX } from 'preact';
import type { FleetTotals } from '../../src/protocol/run';
import { isOpen } from '../../src/protocol/failureStates';
import { count, formatCount, formatDuration, formatShort } from '../logic/format';
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
        { label: 'Inputs', value: formatCount(totals.inputs), title: 'Inputs that were run, in all targets' },
        {
          label: 'Behaviors',
          value: formatCount(totals.behaviors),
          title: 'Distinct branches and events that were seen, in all targets',
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
        {
          label: 'CPU time',
          value: formatDuration(totals.cpuSeconds),
          title: `Sum over ${count(now.workers, 'worker')}`,
        },
        ...(now.fleet === undefined ? [] : fleetStats(now.fleet)),
      ]}
    />
  );
}

/** The totals of all fuzzers of the database. The page shows them beside the figures of one run. */
function fleetStats({ fuzzers, alive, inputs, behaviors, cpuSeconds }: FleetTotals): readonly Stat[] {
  return [
    { label: 'Fuzzers', value: `${alive} of ${fuzzers}`, title: 'How many of the fuzzers of this database are alive' },
    { label: 'Inputs, all fuzzers', value: formatCount(inputs), title: 'Sum over all fuzzers of this database' },
    { label: 'Behaviors, all fuzzers', value: formatCount(behaviors), title: 'Seen by any fuzzer, each counted once' },
    {
      label: 'CPU time, all fuzzers',
      value: formatDuration(cpuSeconds),
      title: 'Sum over all fuzzers of this database',
    },
  ];
}
