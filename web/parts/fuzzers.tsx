import type { JSX } from 'preact';
import type { FuzzerSnapshot, RunSnapshot } from '../../src/protocol/run';
import { count, formatCount, formatDuration, formatShort } from '../logic/format';

/** All processes that fuzz the database, on all machines, including those that have ended. */
export function Fuzzers({ list }: { readonly list: readonly FuzzerSnapshot[] }): JSX.Element {
  const alive = list.filter(({ presence }) => presence === 'alive').length;
  return (
    <section aria-label="Fuzzers">
      <div class="headline">
        <h2>Fuzzers</h2>
        <p>{`${alive} of ${count(list.length, 'fuzzer')} alive. Each row counts the work of one fuzzer only.`}</p>
      </div>
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">Host</th>
            <th scope="col">State</th>
            <th scope="col">Runs</th>
            <th scope="col">Code</th>
            <th scope="col" class="right">
              Workers
            </th>
            <th scope="col" class="right">
              Inputs
            </th>
            <th scope="col" class="right">
              Inputs/s
            </th>
            <th scope="col" class="right" title="Behaviors that this fuzzer saw, even if other fuzzers saw them too">
              Behaviors
            </th>
            <th scope="col" class="right">
              CPU time
            </th>
          </tr>
        </thead>
        <tbody>
          {list.map(({ run, presence }) => (
            <tr key={run.runId} title={`Run ${run.runId}`}>
              <th scope="row">{placeOf(run)}</th>
              <td>{presence === 'alive' ? run.state : presence}</td>
              <td>{(presence === 'alive' ? run.now : undefined)?.join(', ') ?? ''}</td>
              <td>{versionsOf(run)}</td>
              <td class="right num">{formatCount(run.workers)}</td>
              <td class="right num">{formatCount(run.totals.inputs)}</td>
              <td class="right num">{presence === 'alive' ? formatShort(run.totals.inputsPerSecond) : ''}</td>
              <td class="right num">{formatCount(run.totals.behaviors)}</td>
              <td class="right num">{formatDuration(run.totals.cpuSeconds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The host, process id and container of a fuzzer. */
export function placeOf({ host, pid, container }: RunSnapshot): string {
  return `${host}:${pid}${container === undefined || container === host ? '' : ` (${container})`}`;
}

function versionsOf({ commit, versions, fastCheck = [] }: RunSnapshot): string {
  const code = commit === undefined ? [] : [commit.slice(0, 10)];
  const { fuzzRunner, jest, node } = versions;
  return [
    ...code,
    `fuzz-runner ${fuzzRunner}`,
    `Jest ${jest}`,
    ...fastCheck.map((version) => `fast-check ${version}`),
    `Node ${node}`,
  ].join(', ');
}
