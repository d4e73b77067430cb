'use strict';
const { CLASSES, geometricMean, verdicts } = require('./summary');

/** The tables as Markdown, which is also readable in a terminal: cases, probes, and whether the acceptance holds. */
exports.tables = function tables({ rows, seeds, forSeconds, versions }) {
  const order = (row) => CLASSES.indexOf(row.group);
  const cases = rows.filter(({ kind }) => kind === 'case').sort((a, b) => order(a) - order(b));
  const probes = rows.filter(({ kind }) => kind === 'probe');
  const tools = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const parts = [
    `Seeds 1 to ${seeds}, ${forSeconds} s each, one worker, the packed package in a project of its own; ${tools.join(', ')}. ` +
      'Executions are those of the failing property until its first failure, rejected inputs included: the median of ' +
      'the runs that found it. `>` is a lower bound: not found that often. CPU seconds are those of the worker thread.',
  ];
  if (cases.length > 0) {
    parts.push(
      grid(
        ['case', 'class', 'found', 'executions', 'fast-check', 'ratio', 'CPU s'],
        cases.map((row) => [row.id, row.group, found(row), ours(row), theirs(row), ratio(row), seconds(row)]),
      ),
      grid(
        ['class', 'cases', 'executions / fast-check, geometric mean'],
        CLASSES.map((group) => cases.filter((row) => row.group === group))
          .filter((group) => group.length > 0)
          .map((group) => [group[0].group, String(group.length), geometricMean(group).toPrecision(2)]),
      ),
    );
  }
  if (probes.length > 0) {
    parts.push(
      grid(
        ['probe', 'found', 'executions', 'prototype', 'ratio', 'CPU s'],
        probes.map((row) => [row.id, found(row), ours(row), theirs(row), ratio(row), seconds(row)]),
      ),
    );
  }
  parts.push(
    verdicts(rows)
      .map(({ sentence, holds, value }) => `- ${holds ? 'yes' : 'NO'}: ${sentence} (${value})`)
      .join('\n'),
  );
  return `${parts.join('\n\n')}\n`;
};

/** What runs did that they should not, one line for each. */
exports.oddities = function oddities(rows) {
  return rows.flatMap(({ id, problems }) => problems.map((problem) => `${id}: ${problem}`));
};

function found({ found: count, seeds, other }) {
  return `${count}/${seeds}${other > 0 ? ` (${other} other)` : ''}`;
}

function ours({ median, isBound }) {
  return median === null ? '?' : `${isBound ? '> ' : ''}${integer(median)}`;
}

function theirs({ baseline, baselineIsBound }) {
  return `${baselineIsBound ? '> ' : ''}${integer(baseline)}`;
}

function ratio({ ratio: value, isBound }) {
  return value === null ? '?' : `${isBound ? '≥ ' : ''}${value.toPrecision(2)}`;
}

function seconds({ cpuSeconds }) {
  return cpuSeconds === null ? '?' : cpuSeconds.toFixed(1);
}

function integer(number) {
  return Math.round(number).toLocaleString('en-US');
}

exports.grid = grid;

/** A Markdown table whose columns are aligned in plain text too. */
function grid(head, body) {
  const lines = [head, ...body];
  const widths = head.map((_name, column) => Math.max(...lines.map((line) => line[column].length)));
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}
