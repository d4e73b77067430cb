import { expect, test } from '@jest/globals';
import { OPERATIONS } from '../../../../runner/cli/database/names';
import { helpText } from '../../../../runner/cli/helpText';
import { OPTION_SPECS } from '../../../../src/protocol/options';

test('names every command, every flag and every variable', () => {
  const help = helpText();
  const names = [...OPERATIONS.map((name) => `fuzz-runner ${name} `), 'dashboard', 'patch', 'promote'];
  const options = OPTION_SPECS.flatMap(({ flag, variable }) => [`  ${flag} `, `(${variable})`]);
  expect([...names, ...options].filter((text) => !help.includes(text))).toEqual([]);
});

test('no line is wider than a terminal of 120 columns', () => {
  expect(
    helpText()
      .split('\n')
      .filter((line) => line.length > 120),
  ).toEqual([]);
});
