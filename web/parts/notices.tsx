import type { JSX } from 'preact';
import { notices } from '../state/store';

const WORDS = { info: 'Note', warning: 'Warning', error: 'Error' } as const;

/** The notices of the fuzzer to the user, the most serious first. */
export function Notices(): JSX.Element | null {
  const order = ['error', 'warning', 'info'];
  const list = [...notices.value].sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
  return list.length === 0 ? null : (
    <ul class="notices" aria-label="Notices">
      {list.map((notice) => (
        <li key={notice.id} class={notice.level}>
          <b>{WORDS[notice.level] ?? notice.level}:</b> {notice.message}
        </li>
      ))}
    </ul>
  );
}
