import type { ComponentChildren, JSX } from 'preact';

/** A placeholder where there is nothing to show. It says why, and what the user can do. */
export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}): JSX.Element {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}
