import path from 'node:path';
import { expect, test } from '@jest/globals';
import {
  databaseDirectory,
  directoryName,
  isDirectoryReadOnly,
  isElsewhere,
  parseDatabaseUrl,
  partsOfUrl,
} from '../../../../src/database/base/url';
import { DATABASE_URLS } from '../databaseUrls';

// That ordinary runs read these texts in the same way is in e2e/ordinary/databaseUrls.test.ts.

test.each(DATABASE_URLS)('$url', ({ url, ...expected }) => {
  const directory = path.normalize(directoryName(url));
  const { scheme } = parseDatabaseUrl(url);
  expect({ scheme, parts: partsOfUrl(url), directory, isElsewhere: isElsewhere(url) }).toEqual(expected);
  expect(databaseDirectory(url, '/root')).toBe(path.resolve('/root', expected.directory));
});

test.each([
  ['readonly:lmdb:team', true],
  ['readonly:team', true],
  ['READONLY:readonly:lmdb:team', true],
  ['readonly:', true],
  ['readonly:multi:redis://host,lmdb:team', true],
  ['lmdb:team', false],
  ['multi:readonly:lmdb:team,redis://host', false],
  ['multi:lmdb:own,readonly:lmdb:team', false],
  // Nobody else has these directories.
  ['readonly:redis://host', false],
  ['readonly:dir:team', false],
])('nothing may be written into the directory of %s: %s', (url, expected) => {
  expect(isDirectoryReadOnly(url)).toBe(expected);
});

test('what comes after the scheme stays as it is written', () => {
  expect(parseDatabaseUrl('Redis://User:Pass@Host/0?prefix=A')).toEqual({
    scheme: 'redis',
    rest: '//User:Pass@Host/0?prefix=A',
  });
  expect(parseDatabaseUrl('lmdb:a\nb')).toEqual({ scheme: 'lmdb', rest: 'a\nb' });
});
