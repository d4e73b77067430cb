import { useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { count } from '../logic/format';
import { failures, server } from '../state/store';

/** Least time between two announcements. */
const PAUSE_MS = 10_000;

/** Announces only new failures to screen readers, because the figures change all the time. */
export function FailureAnnouncer(): JSX.Element {
  const [text, setText] = useState('');
  const known = useRef<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useSignalEffect(() => {
    const total = failures.value.length;
    if (server.value === null) return;
    // Failures that were there when the page opened are not announced.
    known.current ??= total;
    if (total <= known.current || timer.current !== null) return;
    timer.current = setTimeout(() => {
      timer.current = null;
      known.current = Math.max(known.current ?? 0, failures.peek().length);
    }, PAUSE_MS);
    setText(`${count(total - known.current, 'new failure')}: ${failures.value.at(-1)!.errorName}`);
    known.current = total;
  });
  return (
    <p class="sr-only" role="status" aria-live="polite">
      {text}
    </p>
  );
}
