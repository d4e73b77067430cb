import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { adjust, route } from './navigation';

interface FilterProps {
  readonly shown: number;
  readonly total: number;
}

/** The filter of the table. The key `/` puts the cursor into it, Escape empties it. */
export function FilterBox({ shown, total }: FilterProps): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  // Not `useEffect`, which runs only after the page was painted: a user who sees the box may type at once, and on a
  // slow machine the slash and the text after it would be lost.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    adjust({ filter: '' });
    input.current?.blur();
  };
  return (
    <div class="filter">
      <input
        ref={input}
        type="search"
        aria-label="Filter targets"
        aria-keyshortcuts="/"
        placeholder="Filter: words, status:fuzzing, is:failing, !not"
        spellcheck={false}
        autocomplete="off"
        value={route.value.filter}
        onInput={(event) => adjust({ filter: event.currentTarget.value })}
        onKeyDown={onKeyDown}
      />
      <kbd aria-hidden="true">/</kbd>
      <span class="muted num" role="status">
        {shown === total ? `${total} targets` : `${shown} of ${total} targets`}
      </span>
    </div>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
}
