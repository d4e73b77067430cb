import * as fs from 'node:fs';
import * as path from 'node:path';
import {
  addToCorpus,
  corpusFileName,
  EMPTY_CORPUS,
  formatCorpusFile,
  parseCorpusFile,
  type CommittedInput,
  type CorpusFile,
} from '../src/patch/corpusFile';
import type { FailureSnapshot } from '../src/protocol/events';
import {
  byFile,
  loadSavedFailures,
  ordinalOf,
  rootOfFile,
  selectFailures,
  warn,
  type Selection,
} from './savedFailures';

/**
 * `fuzz-runner promote`: writes failing inputs to files that are meant to be committed. Ordinary runs replay them
 * before all else, with or without a database, and fuzzing starts from them. Returns the exit code.
 */
export async function promote(rootDir: string, options: Selection & { readonly database: string }): Promise<number> {
  const all = await loadSavedFailures(options.database, rootDir);
  const { failures, skipped } = selectFailures(all, options);
  for (const { failure, reason } of skipped) {
    warn(`"${failure.testName}" (${failure.errorName}, ${failure.id}) is left out: ${reason}.`);
  }
  for (const [file, ofFile] of byFile(failures)) {
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
  if (failures.length === 0) warn('Nothing to do: no saved failure matches.');
  return failures.length === 0 ? 1 : 0;
}

function readCorpus(rootDir: string, name: string): CorpusFile {
  const file = path.join(rootDir, name);
  if (!fs.existsSync(file)) return EMPTY_CORPUS;
  try {
    return parseCorpusFile(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${name} is left alone, as it cannot be read: ${(error as Error).message}. Restore it first.`, {
      cause: error,
    });
  }
}

function committedInput(failure: FailureSnapshot): CommittedInput {
  const { testName, input, errorName, message, blob } = failure;
  return { test: testName, ordinal: ordinalOf(failure), input, error: `${errorName}: ${message}`, choices: blob };
}
