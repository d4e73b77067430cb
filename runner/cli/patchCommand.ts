import * as fs from 'node:fs';
import * as path from 'node:path';
import { printedSource } from '../../src/patch/exampleText';
import { patchTestFile, type Example } from '../../src/patch/patchTestFile';
import type { FailureSnapshot } from '../../src/protocol/failure';
import { parseTestFile } from './parseTestFile';
import { loadSavedFailures } from './savedFailures';
import { selectFailures, type Selection } from './selectFailures';
import { warn } from './terminal/print';
import { byTestFile, ordinalOf, rootOfFile } from './testOfFailure';

export interface PatchOptions extends Selection {
  readonly database: string;
  /** File for the patch; null = standard output. */
  readonly output: string | null;
}

/**
 * `fuzz-runner patch`: prints a diff that adds failing inputs to the `examples` of their properties. For a failure that is
 * not in the diff, standard error has the reason and the replay command. Returns the exit code: 1 when the diff is empty,
 * unless the test files have the examples already.
 */
export async function patch(rootDir: string, options: PatchOptions): Promise<number> {
  const all = await loadSavedFailures(options.database, rootDir);
  const { failures, skipped } = selectFailures(all, options);
  for (const { failure, reason } of skipped) warn(refusal(failure, reason));
  const diffs: string[] = [];
  let included = 0;
  for (const [file, ofFile] of byTestFile(failures)) {
    const { diff, count } = patchOneFile(rootDir, options.database, file, ofFile);
    if (diff !== '') diffs.push(diff);
    included += count;
  }
  if (diffs.length === 0) {
    warn(nothingText(failures, skipped.length, included));
    return included > 0 ? 0 : 1;
  }
  const text = diffs.join('');
  if (options.output === null) process.stdout.write(text);
  else fs.writeFileSync(path.resolve(rootDir, options.output), text);
  const where = options.output === null ? 'git apply' : `git apply ${options.output}`;
  const count = included === 1 ? '1 failing input' : `${included} failing inputs`;
  warn(`${count} as examples, in ${diffs.length === 1 ? 'one file' : `${diffs.length} files`}. Apply: ${where}`);
  return 0;
}

function patchOneFile(
  rootDir: string,
  database: string,
  file: string,
  failures: readonly FailureSnapshot[],
): { diff: string; count: number } {
  const root = rootOfFile(file, rootDir, database);
  if (root === null) {
    for (const failure of failures) warn(refusal(failure, `${file} is not there`));
    return { diff: '', count: 0 };
  }
  const source = fs.readFileSync(path.join(root, file), 'utf8');
  const byId = new Map(failures.map((failure) => [failure.id, failure]));
  const examples: Example[] = [];
  for (const failure of failures) {
    const text = failure.source ?? printedSource(failure.input, parseTestFile);
    if (text === null) warn(refusal(failure, `the input cannot be written as source text: ${problemOf(failure)}`));
    else examples.push({ id: failure.id, testName: failure.testName, ordinal: ordinalOf(failure), source: text });
  }
  const name = path.relative(rootDir, path.join(root, file)).split(path.sep).join('/');
  const { diff, included, refused } = patchTestFile(name, source, examples, parseTestFile);
  for (const { id, reason } of refused) warn(refusal(byId.get(id)!, reason));
  return { diff, count: included.length };
}

function problemOf(failure: FailureSnapshot): string {
  if (failure.kind !== 'error')
    return 'its input ends the process, so that only the printed text of the input is known';
  return failure.sourceProblem ?? 'an older version of fuzz-runner found it; fuzz again';
}

function refusal(failure: FailureSnapshot, reason: string): string {
  return (
    `No example for "${failure.testName}" in ${failure.file} (${failure.errorName}, ${failure.id}): ${reason}.\n` +
    `  Replay it: ${failure.replayCommand}\n` +
    `  or keep it: npx fuzz-runner promote --failure ${failure.id}`
  );
}

function nothingText(failures: readonly FailureSnapshot[], skipped: number, included: number): string {
  if (included > 0) return 'Nothing to do: the test files have these examples already.';
  return failures.length + skipped === 0 ? 'Nothing to do: no saved failure matches.' : 'The patch is empty.';
}
