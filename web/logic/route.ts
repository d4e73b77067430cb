/** Everything about the view that is part of its URL. */
export interface Route {
  readonly page: 'overview' | 'target' | 'not-collected' | 'workers';
  /** Id of the target, if its page is shown; otherwise empty. */
  readonly target: string;
  /** Id of the failure to scroll to on its target's page; empty for none. */
  readonly failure: string;
  /** Text of the filter box. */
  readonly filter: string;
  /** Column of the table, with a minus for descending: `-inputs`. Empty: the usual order. */
  readonly sort: string;
  readonly x: 'time' | 'inputs';
  readonly scale: 'linear' | 'log';
}

export const DEFAULT_ROUTE: Route = {
  page: 'overview',
  target: '',
  failure: '',
  filter: '',
  sort: '',
  x: 'time',
  scale: 'linear',
};

/**
 * Reads the query of a URL. A value that is not understood becomes its default: an old link must not break the page.
 */
export function parseRoute(search: string): Route {
  const query = new URLSearchParams(search);
  const target = query.get('target') ?? '';
  const page = query.get('page');
  return {
    page: target !== '' ? 'target' : page === 'not-collected' || page === 'workers' ? page : 'overview',
    target,
    failure: target === '' ? '' : (query.get('failure') ?? ''),
    filter: query.get('filter') ?? '',
    sort: query.get('sort') ?? '',
    x: query.get('x') === 'inputs' ? 'inputs' : 'time',
    scale: query.get('scale') === 'log' ? 'log' : 'linear',
  };
}

/** The URL of a route. Defaults are left out, so that equal views have equal links. */
export function formatRoute(route: Route): string {
  const query = new URLSearchParams();
  // If the URL has the id of a target, the page is `target`.
  if (route.page !== 'target' && route.page !== DEFAULT_ROUTE.page) query.set('page', route.page);
  for (const key of ['target', 'failure', 'filter', 'sort', 'x', 'scale'] as const) {
    if (route[key] !== DEFAULT_ROUTE[key]) query.set(key, route[key]);
  }
  const text = query.toString();
  return text === '' ? '/' : `/?${text}`;
}
