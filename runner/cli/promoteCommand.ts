import * as fs from 'node:fs';
import * as path from 'node:path';
import { isOpen } from '../../src/protocol/failureStates';
import {
  addToCorpus,
  corpusFileName,
  EMPTY_CORPUS,
  formatCorpusFile,
  parseCorpusFile,
  type CommittedInput,
  type CorpusFile,
} from '../../src/patch/corpusFile';
import type { FailureSnapshot } from '../../src/protocol/failure';
import { loadSavedFailures } from './savedFailures';
import { selectFailures, type Selection } from './selectFailures';
import { warn } from './terminal/print';
import { byTestFile, ordinalOf, rootOfFile } from './testOfFailure';

/**
 * `fuzz-runner promote`: writes failing inputs to files that the user commits. Ordinary runs replay these inputs first,
 * with or without a database, and fuzzing starts from them. Returns the exit code: 1 when there was no failure to write.
 */
export async function promote(rootDir: string, options: Selection & { readonly database: string }): Promise<number> {
  const all = await loadSavedFailures(options.database, rootDir);
  const { failures, skipped } = selectFailures(all, options);
  const leaveOut = (failure: FailureSnapshot, reason: string): void =>
    warn(`"${failure.testName}" (${failure.errorName}, ${failure.id}) is left out: ${reason}.`);
  for (const { failure, reason } of skipped) leaveOut(failure, reason);
  // Never written, even when the user names its id: such an input would end every run of the test suite.
  const processEnding = failures.filter((failure) => failure.kind !== 'error' && isOpen(failure.state));
  for (const failure of processEnding) leaveOut(failure, `it would end every run of its tests (${failure.kind})`);
  const safe = failures.filter((failure) => !processEnding.includes(failure));
  for (const [file, ofFile] of byTestFile(safe)) {
    const root = rootOfFile(file, rootDir, options.database);
    if (root === null) {
      warn(`${file} is not there: its failures are left out.`);
      continue;
    }
    const name = path.relative(rootDir, path.join(root, corpusFileName(file)));
    const before = readCorpus(rootDir, name);
    const after = addToCorpus(before, ofFile.map(committedInput));
    const added = after.inputs.length - before.inputs.length;
    if (added > 0) {
      fs.mkdirSync(path.dirname(path.join(rootDir, name)), { recursive: true });
      fs.writeFileSync(path.join(rootDir, name), formatCorpusFile(after));
    }
    process.stdout.write(`${name}: ${added} added, ${after.inputs.length} in all\n`);
  }
  if (failures.length + skipped.length === 0) warn('Nothing to do: no saved failure matches.');
  return safe.length === 0 ? 1 : 0;
}

function readCorpus(rootDir: string, name: string): CorpusFile {
  const file = path.join(rootDir, name);
  if (!fs.existsSync(file)) return EMPTY_CORPUS;
  try {
    return parseCorpusFile(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(
      `${name} was not changed, because it cannot be read: ${(error as Error).message}. Restore it first.`,
      {
        cause: error,
      },
    );
  }
}

function committedInput(failure: FailureSnapshot): CommittedInput {
  const { testName, input, errorName, message, blob } = failure;
  return { test: testName, ordinal: ordinalOf(failure), input, error: `${errorName}: ${message}`, choices: blob };
}
