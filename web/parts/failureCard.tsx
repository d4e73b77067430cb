import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { explanationText } from '../../src/protocol/explanation';
import { rerunsText } from '../../src/protocol/failureRate';
import type { FailureHistoryEntry, FailureSnapshot } from '../../src/protocol/failure';
import { safeCommand } from '../logic/clipboard';
import { count, formatDuration } from '../logic/format';
import { colorInput, prettyInput } from '../logic/prettyInput';
import { CopyButton } from './copyButton';
import { placeOf } from './failureList';
import { Report } from './report';
import { FailureState } from './status';

interface CardProps {
  readonly failure: FailureSnapshot;
  /** Whether the URL names this failure. */
  readonly isWanted: boolean;
}

/** Everything that is known about one distinct failure. */
export function FailureCard({ failure, isWanted }: CardProps): JSX.Element {
  const card = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isWanted) card.current?.scrollIntoView({ block: 'start' });
  }, [isWanted]);
  const { functionName } = failure.origin.place ?? {};
  return (
    <article ref={card} class={`card failure-card ${failure.state}`} aria-labelledby={`failure-${failure.id}`}>
      <header>
        <h3 id={`failure-${failure.id}`}>{failure.errorName}</h3>
        <FailureState failure={failure} />
        <span class="mono muted place">
          {placeOf(failure)}
          {functionName === undefined || functionName === null ? '' : ` in ${functionName}`}
        </span>
      </header>
      {failure.message === '' ? null : <pre class="message">{failure.message.trim()}</pre>}
      <Block title={inputTitle(failure)} copy={<CopyButton label="Copy input" text={failure.input} />}>
        <InputText text={failure.input} />
      </Block>
      <ExplanationBlock failure={failure} />
      {failure.replayCommand === '' ? null : (
        <Block
          title="Replay only this"
          copy={
            <>
              <CopyButton label="Copy command" text={safeCommand(failure.replayCommand)} />
              <CopyButton label="Copy blob" text={safeCommand(failure.blob)} />
            </>
          }
        >
          <pre class="command">{safeCommand(failure.replayCommand)}</pre>
        </Block>
      )}
      {failure.report === '' ? null : (
        <Block title="Report" copy={<CopyButton label="Copy report" text={failure.report} />}>
          <Report text={failure.report} />
        </Block>
      )}
      <p class="muted facts num">{discoveryText(failure)}</p>
      {failure.reruns === undefined || failure.reruns.runs === 0 ? null : (
        <p class="muted facts num">{rerunsText(failure.reruns)}</p>
      )}
      <History entries={failure.history ?? []} />
    </article>
  );
}

/** What the failure depends on, in the words of the terminal. */
function ExplanationBlock({ failure }: { readonly failure: FailureSnapshot }): JSX.Element | null {
  const [title, ...lines] = failure.state === 'flaky' ? [] : explanationText(failure.explanation);
  if (title === undefined) return null;
  return (
    <div class="block">
      <div class="block-head">
        <h4>{title.replace(/:$/, '')}</h4>
      </div>
      <ul class="explanation">
        {lines.map((line) => (
          <li key={line}>{line.trim()}</li>
        ))}
      </ul>
    </div>
  );
}

/** The history of a failure, the oldest entry first. */
function History({ entries }: { readonly entries: readonly FailureHistoryEntry[] }): JSX.Element | null {
  if (entries.length === 0) return null;
  return (
    <details class="history">
      <summary>History ({count(entries.length, 'event')})</summary>
      <table class="num">
        <thead>
          <tr>
            {['When', 'What', 'By', 'Host', 'Worker', 'Commit'].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {entries.map((entry, at) => (
            <tr key={at}>
              <td>
                <time dateTime={new Date(entry.at).toISOString()}>{new Date(entry.at).toLocaleString()}</time>
              </td>
              <td>
                {entry.event}
                {entry.detail === undefined ? '' : `: ${entry.detail}`}
              </td>
              <td>{entry.by}</td>
              <td>{entry.host}</td>
              <td>{entry.worker ?? ''}</td>
              <td class="mono">{entry.commit?.slice(0, 10) ?? ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

interface BlockProps {
  readonly title: string;
  readonly copy: JSX.Element;
  readonly children: JSX.Element;
}

function Block({ title, copy, children }: BlockProps): JSX.Element {
  return (
    <div class="block">
      <div class="block-head">
        <h4>{title}</h4>
        <div class="actions">{copy}</div>
      </div>
      {children}
    </div>
  );
}

function InputText({ text }: { readonly text: string }): JSX.Element {
  return (
    <pre class="input-text">
      {colorInput(prettyInput(text)).map((piece, at) => (
        <span key={at} class={`t-${piece.kind}`}>
          {piece.text}
        </span>
      ))}
    </pre>
  );
}

function inputTitle(failure: FailureSnapshot): string {
  const size = count(failure.choices, 'choice');
  return failure.state === 'minimal' ? `Minimal input (${size})` : `Smallest input so far (${size})`;
}

/** Who found the failure, when, and what it took. */
function discoveryText(failure: FailureSnapshot): string {
  const { firstFound, minimalAt } = failure;
  const parts = [
    `First found by ${failure.foundBy === 'fuzz' ? 'fuzzing' : 'an ordinary run of jest'} on ${failure.host}`,
    `on ${new Date(failure.firstSeenAt).toLocaleString()}, last seen ${new Date(failure.lastSeenAt).toLocaleString()};`,
    `it took ${count(firstFound.inputs, 'input')} and ${formatDuration(firstFound.cpuSeconds)} of CPU time.`,
  ];
  if (minimalAt !== null) {
    const inputs = Math.max(0, minimalAt.inputs - firstFound.inputs);
    parts.push(`Minimal ${count(inputs, 'input')} later, in ${count(failure.shrinks, 'step')}.`);
  }
  return parts.join(' ');
}
