import type { JSX } from 'preact';
import type { TargetId } from '../../src/protocol/target';
import { count, formatBytes, formatCount } from '../logic/format';
import { Link } from '../parts/navigation';
import { Empty } from '../parts/empty';
import { Fuzzers, placeOf } from '../parts/fuzzers';
import { fuzzers, targetRow, workers } from '../state/store';

/** The workers, each with its present target, and the fuzzers if there are several. */
export function WorkersPage(): JSX.Element {
  const list = workers.value;
  const places = new Map(fuzzers.value.map(({ run }) => [run.runId, placeOf(run)]));
  const hasFuzzers = places.size > 1 && list.some(({ runId }) => runId !== undefined);
  const running = list.filter((worker) => worker.state === 'running').length;
  return (
    <>
      <div class="headline">
        <h1 tabIndex={-1}>Workers</h1>
        <p>{list.length === 0 ? '' : `${running} of ${count(list.length, 'worker')} running.`}</p>
      </div>
      {list.length === 0 ? (
        <Empty title="No worker has been started" />
      ) : (
        <table class="plain">
          <thead>
            <tr>
              {hasFuzzers ? <th scope="col">Fuzzer</th> : null}
              <th scope="col">Worker</th>
              <th scope="col">State</th>
              <th scope="col">Target</th>
              <th scope="col" class="right" title="How many slices of time the worker has finished">
                Slices
              </th>
              <th scope="col" class="right">
                Heap
              </th>
              <th scope="col" class="right" title="How often the worker was started again after a hang or a crash">
                Restarts
              </th>
            </tr>
          </thead>
          <tbody>
            {list.map((worker) => (
              <tr key={`${worker.runId ?? ''} ${worker.id}`}>
                {hasFuzzers ? <td>{places.get(worker.runId ?? '') ?? ''}</td> : null}
                <th scope="row">{worker.id}</th>
                <td>{worker.state}</td>
                <td>{worker.targetId === null ? <span class="muted">–</span> : <TargetName id={worker.targetId} />}</td>
                <td class="right num">{formatCount(worker.slices)}</td>
                <td class="right num">{formatBytes(worker.heapUsedBytes)}</td>
                <td class="right num">{formatCount(worker.restarts)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {fuzzers.value.length < 2 ? null : <Fuzzers list={fuzzers.value} />}
    </>
  );
}

function TargetName({ id }: { readonly id: TargetId }): JSX.Element {
  return <Link to={{ target: id }}>{targetRow(id).value?.testName ?? id}</Link>;
}
