import { afterEach, expect, jest, test } from '@jest/globals';
import { runOperation } from '../../../../../runner/cli/database';
import { OPERATIONS } from '../../../../../runner/cli/database/names';

afterEach(() => {
  jest.restoreAllMocks();
});

test.each(OPERATIONS)('%s is a command with a help', async (name) => {
  const printed: string[] = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  expect(await runOperation([name, 'file', '--help'], '/', {})).toBe(0);
  const text = printed.join('');
  expect(text).toMatch(new RegExp(`^Usage: fuzz-runner ${name} `));
  expect(text).toContain('--database <url>');
  expect(text.split('\n').filter((line) => line.length > 120)).toEqual([]);
});

test('any other name is an error with the names that there are', async () => {
  await expect(runOperation(['exprot'], '/', {})).rejects.toThrow(
    /Expected one of export, import, .* received exprot\./,
  );
});
