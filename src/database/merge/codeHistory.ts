import { execFile } from 'node:child_process';
import type { CodeTag, FailureSnapshot } from '../../protocol/failure';

/**
 * How one commit stands to another. other: on another branch, or not known to this repository. unknown: Git cannot say,
 * as it is missing or the repository has only its latest commits.
 */
export type CommitRelation = 'same' | 'newer' | 'older' | 'other' | 'unknown';

/** How `commit` stands to `than`, by the Git repository around `folder`. */
export function relateCommits(folder: string, commit: string, than: string): Promise<CommitRelation> {
  const key = `${folder}\n${commit}\n${than}`;
  let relation = relations.get(key);
  if (relation === undefined) relations.set(key, (relation = ask(folder, commit, than)));
  return relation;
}

/**
 * Whether code may say that a failure is over: that its input passed, fails otherwise, or cannot be made any more. It
 * may when it is the code that the failure was last seen with, or comes after it. Other code knows nothing of it: it may
 * be older than the bug, or on another branch, or its fast-check makes other values of the same choices.
 */
export async function mayClose(folder: string, ours: CodeTag, failure: FailureSnapshot): Promise<boolean> {
  const { seenWith, lastSeenAt } = failure;
  if (seenWith === undefined) return true;
  if (seenWith.commit === undefined) return !isOlderVersion(ours.fastCheck, seenWith.fastCheck);
  if (ours.commit === undefined) return false;
  switch (await relateCommits(folder, ours.commit, seenWith.commit)) {
    case 'newer':
      return true;
    case 'same':
      return isSameVersion(ours.fastCheck, seenWith.fastCheck);
    case 'unknown': {
      const committedAt = await commitTime(folder, ours.commit);
      return committedAt === null || committedAt > lastSeenAt;
    }
    default:
      return false;
  }
}

/** Whether code that sees a failure is known to be older than the code that closed it: then it is closed all the same. */
export async function isOutdated(folder: string, ours: CodeTag, failure: FailureSnapshot): Promise<boolean> {
  const closed = failure.closedWith?.commit;
  if (closed === undefined || ours.commit === undefined) return false;
  return (await relateCommits(folder, ours.commit, closed)) === 'older';
}

/** Whether what other code has stored may be replaced: it is ours, or of code that ours comes after. */
export async function mayReplace(folder: string, ours: CodeTag, from: CodeTag | undefined): Promise<boolean> {
  if (from === undefined) return true;
  if (!isSameVersion(ours.fastCheck, from.fastCheck)) return false;
  if (from.commit === undefined) return true;
  if (ours.commit === undefined) return false;
  const relation = await relateCommits(folder, ours.commit, from.commit);
  return relation === 'same' || relation === 'newer' || relation === 'unknown';
}

const relations = new Map<string, Promise<CommitRelation>>();

async function ask(folder: string, commit: string, than: string): Promise<CommitRelation> {
  const [one, other] = [commit, than];
  if (one.startsWith(other) || other.startsWith(one)) return 'same';
  if (!isHash(one) || !isHash(other)) return 'other';
  const after = await git(folder, 'merge-base', '--is-ancestor', other, one);
  if (after.code === 0) return 'newer';
  if (after.code === null) return 'unknown';
  if (after.code === 1) {
    const before = await git(folder, 'merge-base', '--is-ancestor', one, other);
    return before.code === 0 ? 'older' : 'other';
  }
  // One of them is not there: what this repository does not know, its code does not come after.
  const shallow = await git(folder, 'rev-parse', '--is-shallow-repository');
  return shallow.code === 0 && shallow.text.trim() === 'false' ? 'other' : 'unknown';
}

/** Epoch milliseconds; null when it is not known. */
async function commitTime(folder: string, commit: string): Promise<number | null> {
  if (!isHash(commit)) return null;
  const { code, text } = await git(folder, 'show', '-s', '--format=%ct', commit);
  const seconds = Number(text.trim());
  return code === 0 && seconds > 0 ? seconds * 1000 : null;
}

/** `code` is null when Git could not be run. */
function git(folder: string, ...words: string[]): Promise<{ readonly code: number | null; readonly text: string }> {
  return new Promise((resolve) => {
    execFile('git', words, { cwd: folder, timeout: 10_000 }, (error, stdout) => {
      const code: unknown = error === null ? 0 : error.code;
      resolve({ code: typeof code === 'number' ? code : null, text: stdout });
    });
  });
}

function isHash(text: string): boolean {
  return /^[\da-f]{7,64}$/.test(text);
}

function isSameVersion(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined || a === b;
}

function isOlderVersion(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  const [one, other] = [a, b].map((version) => version.split(/[.-]/).map(Number));
  for (let at = 0; at < 3; at += 1) {
    const difference = (one![at] ?? 0) - (other![at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
