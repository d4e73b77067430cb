import { expect, test } from '@jest/globals';
import { bytesText, count, failuresText, table, timeText } from '../../../../../runner/cli/terminal/texts';

test.each<[string, string]>([
  [count(0, 'record'), '0 records'],
  [count(1, 'record'), '1 record'],
  [count(1234, 'entry', 'entries'), '1,234 entries'],
  [bytesText(999), '999 B'],
  [bytesText(1000), '1.0 kB'],
  [bytesText(12_345), '12 kB'],
  [bytesText(999_499), '999 kB'],
  [bytesText(999_500), '1.0 MB'],
  [bytesText(1e15), '1000 TB'],
  [timeText(null), '-'],
  [timeText(0), '-'],
  [timeText(Date.UTC(2026, 10, 21, 14, 5, 59)), '2026-11-21 14:05'],
  [failuresText({}), 'none'],
  [failuresText({ minimal: 3, flaky: 1 }), '3 minimal, 1 flaky'],
])('%s', (text, expected) => {
  expect(text).toBe(expected);
});

test('the columns of a table are aligned, and no line ends with spaces', () => {
  const rows = [
    ['name', 'size', ''],
    ['a', '1,000', 'b'],
  ];
  expect(table(rows, [1])).toBe('name   size\na     1,000  b');
  expect(table([])).toBe('');
});
