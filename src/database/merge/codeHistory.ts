import { execFile } from 'node:child_process';
import type { CodeTag, FailureSnapshot } from '../../protocol/failure';

/**
 * The relation of one commit to another. other: the commits are on different branches, or this repository lacks one of
 * them. unknown: Git is missing, or the repository has only its latest commits.
 */
export type CommitRelation = 'same' | 'newer' | 'older' | 'other' | 'unknown';

/** The relation of `commit` to `than`, from the Git repository around `folder`. */
export function relateCommits(folder: string, commit: string, than: string): Promise<CommitRelation> {
  const key = `${folder}\n${commit}\n${than}`;
  let relation = relations.get(key);
  if (relation === undefined) relations.set(key, (relation = ask(folder, commit, than)));
  return relation;
}

/**
 * True when our code may close a failure because its input passed, fails in another way, or cannot be made any more.
 * Our code may do so if the failure was last seen with our code or with older code. In all other cases it must not: our
 * code may be older than the bug or on another branch, or its fast-check may make other values from the same choices.
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

/** True when our code, which sees a failure, is older than the code that closed it. The failure then stays closed. */
export async function isOutdated(folder: string, ours: CodeTag, failure: FailureSnapshot): Promise<boolean> {
  const closed = failure.closedWith?.commit;
  if (closed === undefined || ours.commit === undefined) return false;
  return (await relateCommits(folder, ours.commit, closed)) === 'older';
}

/**
 * True when we may replace a record that code `from` has stored: `from` is our code or older code, or Git cannot
 * compare the two.
 */
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
  // The repository lacks one of the commits. If the repository has its whole history, the other commit does not come
  // after the missing one.
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
