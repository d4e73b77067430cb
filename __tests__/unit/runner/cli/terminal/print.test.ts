import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { print, printable, printStatus, warn } from '../../../../../runner/cli/terminal/print';

const written = { out: '', error: '' };
beforeEach(() => {
  Object.assign(written, { out: '', error: '' });
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => (written.out += String(text)) !== '');
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => (written.error += String(text)) !== '');
});
afterEach(() => {
  jest.restoreAllMocks();
});

test('output and status are two streams', () => {
  print('a');
  printStatus('b');
  warn('c');
  expect(written).toEqual({ out: 'a\n', error: 'b\nfuzz-runner: c\n' });
});

test('a warning keeps its lines and no other control character', () => {
  warn('one\n  two\u001b[31m\u0007\r\u009b1m');
  expect(written.error).toBe('fuzz-runner: one\n  two [31m   1m\n');
});

test('a printable text is one line', () => {
  expect(printable('a\nb\tc\u001b[2Jé…')).toBe('a b c [2Jé…');
});
