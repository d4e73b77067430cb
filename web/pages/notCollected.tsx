import type { JSX } from 'preact';
import type { NotCollected, NotCollectedCode } from '../../src/protocol/notCollected';
import { count } from '../logic/format';
import { Empty } from '../parts/empty';
import { notCollected } from '../state/store';

const TITLES: Record<NotCollectedCode, string> = {
  'file-failed': 'File could not be loaded',
  'test-failed': 'Test fails before any input',
  'unsupported-fast-check': 'Version of fast-check not supported',
  'unsupported-runner': 'Test runner not supported',
  'custom-property': 'Custom property',
  'has-path': 'Replays a given path',
  'expects-failure': 'Expects a failure',
  concurrent: 'Concurrent test',
  skipped: 'Skipped',
  'no-property': 'No property',
};
const ORDER = Object.keys(TITLES);

/** The tests that are not fuzzed, and the reasons. Reasons that the user may want to fix come first. */
export function NotCollectedPage(): JSX.Element {
  const entries = notCollected.value;
  const groups = Map.groupBy(entries, (entry) => entry.code);
  const codes = [...groups.keys()].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
  return (
    <>
      <div class="headline">
        <h1 tabIndex={-1}>Not collected</h1>
        <p>
          {count(entries.length, 'test')} ran as usual but {entries.length === 1 ? 'is' : 'are'} not fuzzed.
        </p>
      </div>
      {entries.length === 0 ? <Empty title="Every test that was run is fuzzed" /> : null}
      {codes.map((code) => (
        <Group key={code} title={TITLES[code] ?? code} entries={groups.get(code)!} />
      ))}
    </>
  );
}

function Group({ title, entries }: { readonly title: string; readonly entries: readonly NotCollected[] }): JSX.Element {
  return (
    <section>
      <h2>
        {title} <span class="amount">{entries.length}</span>
      </h2>
      <table class="plain reasons">
        <thead>
          <tr>
            <th scope="col">Test</th>
            <th scope="col">Why</th>
            <th scope="col">Result</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={`${entry.file}\n${entry.testName ?? ''}`}>
              <th scope="row">
                {entry.testName ?? 'The whole file'}
                <span class="file">{entry.file}</span>
              </th>
              <td>{entry.reason}</td>
              <td class={`result ${entry.result}`}>{entry.result}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
