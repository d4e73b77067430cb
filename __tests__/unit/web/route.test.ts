import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_ROUTE, formatRoute, parseRoute, type Route } from '../../../web/logic/route';

describe('parseRoute', () => {
  test.each<[string, Partial<Route>]>([
    ['', {}],
    ['?page=workers', { page: 'workers' }],
    ['?page=not-collected', { page: 'not-collected' }],
    ['?page=nonsense&x=sideways&scale=cubic', {}],
    ['?target=a.test.ts+%3A%3A+b', { page: 'target', target: 'a.test.ts :: b' }],
    ['?target=t&failure=f', { page: 'target', target: 't', failure: 'f' }],
    ['?failure=f', {}],
    ['?filter=a%26b&sort=-inputs&x=inputs&scale=log', { filter: 'a&b', sort: '-inputs', x: 'inputs', scale: 'log' }],
    ['?page=target', {}],
  ])('%s', (search, expected) => {
    expect(parseRoute(search)).toEqual({ ...DEFAULT_ROUTE, ...expected });
  });
});

test('defaults are left out of the address', () => {
  expect(formatRoute(DEFAULT_ROUTE)).toBe('/');
  expect(formatRoute({ ...DEFAULT_ROUTE, scale: 'log' })).toBe('/?scale=log');
});

test('every route survives its address', () => {
  const text = fc.string({ unit: 'grapheme' });
  const common = {
    filter: text,
    sort: text,
    x: fc.constantFrom('time', 'inputs'),
    scale: fc.constantFrom('linear', 'log'),
  };
  const page = fc.record({
    ...common,
    page: fc.constantFrom('overview', 'workers', 'not-collected'),
    target: fc.constant(''),
    failure: fc.constant(''),
  });
  const target = fc.record({
    ...common,
    page: fc.constant('target'),
    target: fc.string({ unit: 'grapheme', minLength: 1 }),
    failure: text,
  });
  fc.assert(
    fc.property(fc.oneof(page, target), (route) => {
      const address = formatRoute(route);
      expect(parseRoute(address.slice(1))).toEqual(route);
    }),
  );
});
