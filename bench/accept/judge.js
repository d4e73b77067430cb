'use strict';

/**
 * What a run found, from its report and what it printed:
 * - `outcome`: `expected` (a failure that case.json names), `other` (a failure it does not name) or `none`
 * - `executions` and `cpuSeconds` of the failing property until its first failure, or without one, of all properties
 *   until the end; null if nothing says
 * - `failure`: the error and the input; null without one
 * - `problems`: sentences on what a report should not look like
 */
exports.judge = function judge(subject, report, output) {
  if (report === null) return withoutReport(subject, output);
  const problems = [];
  for (const { file, testName, code, reason } of report.notCollected) {
    problems.push(`not fuzzed: ${file} ${testName ?? ''} (${code}: ${reason})`);
  }
  if (report.ended === 'error') problems.push('the report says that the run ended with an error');
  const failures = report.targets
    .flatMap((target) => target.failures.map((failure) => ({ target, failure })))
    .sort((a, b) => a.failure.firstFound.wallSeconds - b.failure.firstFound.wallSeconds);
  const { inputs, cpuSeconds, behaviors } = report.totals;
  const totals = { allInputs: inputs, allCpuSeconds: cpuSeconds, behaviors, ended: report.ended };
  if (failures.length === 0) {
    if (report.ended === 'failure') problems.push('ended by a failure that the report does not list');
    return { outcome: 'none', executions: inputs, cpuSeconds, failure: null, problems, ...totals };
  }
  const wanted = failures.find(({ target, failure }) => isExpected(subject, target, failure));
  const { target, failure } = wanted ?? failures[0];
  if (failure.state !== 'minimal') problems.push(`the failure was left ${failure.state}`);
  return {
    outcome: wanted === undefined ? 'other' : 'expected',
    executions: failure.firstFound.inputs,
    cpuSeconds: failure.firstFound.cpuSeconds,
    failure: describe(target, failure),
    problems,
    ...totals,
  };
};

/** Did the property fail as case.json says: the same error, or, for a mutant, in the test that it breaks? */
function isExpected({ failures, testTitle }, target, failure) {
  if (failures === null) return target.testName.endsWith(testTitle);
  return failures.some((expected) => exports.matches(expected, failure));
}

/** Is it the failure that an item of `failures` in case.json describes? */
exports.matches = function matches({ error, message, inputPattern }, failure) {
  if (error === 'hang') return failure.kind !== 'error' && new RegExp(inputPattern ?? '').test(failure.input);
  if (failure.kind !== 'error') return false;
  const isError = error === 'Error' || error === failure.errorName || error === failure.origin.errorClass;
  return isError && (failure.message.includes(message) || isReturnedFalse(message, failure.origin.errorClass));
};

/** fast-check has an error for a predicate that returned false; for us nothing was thrown. */
function isReturnedFalse(message, errorClass) {
  return message === 'Property failed by returning false' && errorClass === 'returned false';
}

function describe(target, { kind, errorName, message, origin, input, state }) {
  const place = origin.place === null ? null : `${origin.place.file}:${origin.place.line}`;
  return { testName: target.testName, kind, errorName, message: message.slice(0, 300), place, input, state };
}

/** A process that died cannot write its report; what it printed must name the input then. */
function withoutReport({ failures }, output) {
  const named = (failures ?? []).some(({ error }) => error === 'hang') && /fz1-[\w-]+/.exec(output);
  const problems = [`no report; the output ends with: ${output.trim().slice(-300)}`];
  const failure = named ? { kind: 'crash', input: named[0] } : null;
  return { outcome: named ? 'expected' : 'none', executions: null, cpuSeconds: null, failure, problems };
}
