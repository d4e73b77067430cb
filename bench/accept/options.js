'use strict';
const { parseArgs } = require('node:util');

const HELP = `node bench/accept.js [options]

  --cases <a,b>      ids of bench/cases, or id#variant; "all" (default) or "none"
  --probes <a,b>     names of bench/probes, or "name form"; "all" (default) or "none"
                     a list in only one of the two leaves the other out
  --seeds <n>        seeds 1 to n (default 10)
  --for <seconds>    time of each run, for the fuzzer (default 60)
  --jobs <n>         runs at the same time (default 1)
  --dir <folder>     work directory, kept and used again; default: a temporary one, removed at the end
  --tarball <file>   the packed package; default: this checkout is built and packed
  --json <file>      write all results
  --markdown <file>  write the tables
`;

/**
 * What the words of the command line ask for. `cases` and `probes` are null for all, or lists of names; the files are
 * as given. Throws for words that make no sense.
 */
exports.parseOptions = function parseOptions(words) {
  const text = { type: 'string' };
  const options = { cases: text, probes: text, seeds: text, for: text, jobs: text, dir: text, tarball: text };
  const { values } = parseArgs({
    args: words,
    options: { ...options, json: text, markdown: text, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) return { help: HELP };
  return {
    cases: chosen(values.cases, values.probes),
    probes: chosen(values.probes, values.cases),
    seeds: positive('--seeds', values.seeds ?? '10'),
    forSeconds: positive('--for', (values.for ?? '60').replace(/s$/, '')),
    jobs: positive('--jobs', values.jobs ?? '1'),
    dir: values.dir,
    tarball: values.tarball,
    json: values.json,
    markdown: values.markdown,
  };
};

function chosen(value, other) {
  if (value === undefined) return isList(other) ? [] : null;
  if (value === 'all') return null;
  return value === 'none' ? [] : value.split(',');
}

function isList(value) {
  return value !== undefined && value !== 'all' && value !== 'none';
}

function positive(name, value) {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`Expected ${name} to be a positive integer but received ${value}.`);
}
