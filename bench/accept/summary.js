'use strict';

/** Groups of cases, as plain fast-check sees them, in the order of the tables. */
const CLASSES = ['easy', 'medium', 'hard'];

/**
 * One row for each subject: `found` of `seeds` (any failure counts), `other` of them not the one expected, `median`
 * executions of the runs that found it, `ratio` to the baseline. Where half of the runs or less found it, the median of
 * all executions stands for it, and `isBound` says that the truth is more.
 */
exports.summarize = function summarize(subject, runs) {
  const foundRuns = runs.filter(({ outcome }) => outcome !== 'none');
  const isBound = foundRuns.length * 2 <= runs.length;
  const counted = (isBound ? runs : foundRuns).map(({ executions }) => executions).filter((each) => each !== null);
  const median = counted.length === 0 ? null : middle(counted);
  const cpuSeconds = runs.map((run) => run.cpuSeconds).filter((each) => each !== null);
  const { id, kind, group, baseline } = subject;
  return {
    id,
    kind,
    group,
    found: foundRuns.length,
    seeds: runs.length,
    other: runs.filter(({ outcome }) => outcome === 'other').length,
    median,
    isBound,
    baseline: baseline.median,
    baselineIsBound: baseline.isBound,
    ratio: ratio(median, isBound, baseline.median),
    cpuSeconds: cpuSeconds.length === 0 ? null : middle(cpuSeconds),
    problems: [...new Set(runs.flatMap(({ problems }) => problems))],
  };
};

/**
 * The sentences of the acceptance: each with whether it holds and the numbers behind it. A ratio whose baseline is only
 * a lower bound is counted with that bound, which makes us look worse than we are.
 */
exports.verdicts = function verdicts(rows) {
  const cases = rows.filter(({ kind }) => kind === 'case');
  const common = cases.filter(({ group }) => group !== 'hard');
  const hard = cases.filter(({ group }) => group === 'hard');
  const probes = rows.filter(({ kind }) => kind === 'probe');
  const list = [];
  const say = (members, sentence, holds, value) => members.length > 0 && list.push({ sentence, holds, value });
  const always = common.filter(({ found, seeds }) => found === seeds);
  say(
    common,
    'every easy and medium case is found with every seed',
    always.length === common.length,
    share(always, common),
  );
  const mostly = hard.filter(({ found, seeds }) => found >= seeds * 0.9);
  say(
    hard,
    '6 of the 8 hard cases are found in 9 of 10 seeds',
    mostly.length >= Math.min(6, hard.length),
    share(mostly, hard),
  );
  const easy = cases.filter(({ group }) => group === 'easy');
  const easyMean = exports.geometricMean(easy);
  say(easy, 'easy cases: geometric mean of executions ≤ 1.2 × fast-check', easyMean <= 1.2, format(easyMean));
  const rare = cases.filter(({ group }) => group !== 'easy');
  const rareMean = exports.geometricMean(rare);
  say(
    rare,
    'medium and hard cases: geometric mean of executions ≤ 0.1 × fast-check',
    rareMean <= 0.1,
    format(rareMean),
  );
  const foundProbes = probes.filter(({ found, seeds }) => found === seeds);
  say(probes, 'every probe is found with every seed', foundProbes.length === probes.length, share(foundProbes, probes));
  const quick = probes.filter(({ median, baseline, isBound }) => !isBound && median <= baseline);
  say(
    probes,
    'every probe has a median at or below the prototype’s',
    quick.length === probes.length,
    share(quick, probes),
  );
  return list;
};

/** Of the ratios to the baseline; NaN if there is none. */
exports.geometricMean = function geometricMean(rows) {
  const logs = rows.filter(({ ratio }) => ratio !== null).map(({ ratio }) => Math.log(Math.max(ratio, 1e-9)));
  return Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
};

exports.CLASSES = CLASSES;

/** What was not found counts as no better than the baseline, however few executions there were. */
function ratio(median, isBound, baseline) {
  if (isBound) return Math.max(1, (median ?? 0) / baseline);
  return median === null ? null : median / baseline;
}

function share(some, all) {
  return `${some.length} of ${all.length}`;
}

function format(number) {
  return number.toPrecision(2);
}

function middle(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
