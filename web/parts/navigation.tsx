import { signal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { DEFAULT_ROUTE, formatRoute, parseRoute, type Route } from '../logic/route';

/** The view that is shown. It always agrees with the URL of the page. */
export const route = signal<Route>(parseRoute(location.search));

window.addEventListener('popstate', () => {
  route.value = parseRoute(location.search);
});

/** Shows another page, as a click on a link would. The options of charts stay as they are. */
function open(to: Partial<Route>): void {
  const next = linkedRoute(to);
  history.pushState(null, '', formatRoute(next));
  route.value = next;
  scrollTo(0, 0);
  // The keyboard and screen readers must begin at the head of the new page.
  requestAnimationFrame(() => {
    // Not if the user has already begun to type.
    if (document.activeElement instanceof HTMLInputElement) return;
    document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
  });
}

/** Changes the present view without an entry in the browser's history: Back must not undo a filter letter by letter. */
export function adjust(change: Partial<Route>): void {
  const next = { ...route.value, ...change };
  history.replaceState(null, '', formatRoute(next));
  route.value = next;
}

interface LinkProps {
  readonly to: Partial<Route>;
  readonly class?: string;
  readonly title?: string;
  readonly current?: boolean;
  readonly children: ComponentChildren;
}

/** A link inside the dashboard. It is a real link, so that the user can open it in a new tab and copy it. */
export function Link({ to, children, current, ...rest }: LinkProps): JSX.Element {
  const onClick = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open(to);
  };
  return (
    <a
      href={formatRoute(linkedRoute(to))}
      onClick={onClick}
      aria-current={current === true ? 'page' : undefined}
      {...rest}
    >
      {children}
    </a>
  );
}

function linkedRoute(to: Partial<Route>): Route {
  const { x, scale } = route.value;
  return { ...DEFAULT_ROUTE, x, scale, ...to, ...(to.target === undefined ? {} : { page: 'target' }) };
}
