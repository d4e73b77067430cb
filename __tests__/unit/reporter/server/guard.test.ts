import { describe, expect, test } from '@jest/globals';
import { guard, normalizeHostname, type GuardedRequest } from '../../../../reporter/server/guard';

const config = { allowedHosts: new Set(['127.0.0.1', 'localhost', '[::1]', 'ci.example']), token: 'right-token' };
const good: GuardedRequest = { host: 'localhost:9797', origin: undefined, token: 'right-token' };

describe('guard', () => {
  test.each<[string, Partial<GuardedRequest>, number]>([
    ['own name, right token', {}, 0],
    ['own origin', { origin: 'http://localhost:9797' }, 0],
    ['IPv4', { host: '127.0.0.1:9797' }, 0],
    ['IPv6', { host: '[::1]:9797', origin: 'http://[::1]:9797' }, 0],
    ['forwarded to another port', { host: 'localhost:8000', origin: 'http://localhost:8000' }, 0],
    ['behind a TLS proxy', { host: 'ci.example', origin: 'https://ci.example' }, 0],
    ['name in capitals', { host: 'LOCALHOST:9797', origin: 'http://localhost:9797' }, 0],
    ['no Host', { host: undefined }, 421],
    ['empty Host', { host: '' }, 421],
    ['other name', { host: 'evil.example' }, 421],
    ['own name as a prefix', { host: 'localhost.evil.example' }, 421],
    ['own name as a suffix', { host: 'evil-localhost' }, 421],
    ['own name as a user', { host: 'localhost@evil.example' }, 421],
    ['own name after a user', { host: 'evil.example@localhost' }, 421],
    ['own name and a path', { host: 'localhost/evil' }, 421],
    ['other name, even with own origin and token', { host: 'evil.example', origin: 'http://evil.example' }, 421],
    ['other origin', { origin: 'http://evil.example' }, 403],
    ['other port of this machine', { origin: 'http://localhost:3000' }, 403],
    ['own name on the default port', { origin: 'http://localhost' }, 403],
    ['opaque origin', { origin: 'null' }, 403],
    ['empty origin', { origin: '' }, 403],
    ['file', { origin: 'file://localhost:9797' }, 403],
    ['other origin, no token: the origin is told first', { origin: 'http://evil.example', token: undefined }, 403],
    ['no token', { token: undefined }, 401],
    ['empty token', { token: '' }, 401],
    ['wrong token', { token: 'wrong-token' }, 401],
    ['start of the token', { token: 'right-toke' }, 401],
    ['token and more', { token: 'right-token ' }, 401],
  ])('%s', (_title, change, verdict) => {
    expect(guard({ ...good, ...change }, config)).toBe(verdict);
  });
});

describe('normalizeHostname', () => {
  test.each([
    ['Example.ORG', 'example.org'],
    ['example.org:80', null],
    ['10.0.0.5', '10.0.0.5'],
    ['::1', '[::1]'],
    ['[::1]', '[::1]'],
    ['http://example.org', null],
    ['a b', null],
    ['', null],
  ])('%j → %j', (name, expected) => {
    expect(normalizeHostname(name)).toBe(expected);
  });
});
