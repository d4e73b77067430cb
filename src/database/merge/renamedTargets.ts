/** The facts about a target that show that it has another name now. */
export interface NamedTarget {
  readonly id: string;
  readonly file: string;
  /** Full name of its test. */
  readonly testName: string;
  /** The title of the test without those of its describe blocks; null when it is not known. */
  readonly title: string | null;
  readonly ordinal: number;
  /** The shape of its arguments; null when it is not known. */
  readonly shape: string | null;
  /** Epoch milliseconds of the last run that had it; null when no run had it. */
  readonly seenAt: number | null;
}

export interface RenamedTarget {
  readonly from: NamedTarget;
  readonly to: NamedTarget;
  /** True when the names show that it is the same target; false when only the shape of the arguments shows it. */
  readonly isSure: boolean;
}

export interface RenamedTargets {
  readonly renamed: readonly RenamedTarget[];
  /** By the id of each remaining new target: gone targets with the same arguments, whose inputs are worth a try. */
  readonly alike: ReadonlyMap<string, readonly NamedTarget[]>;
}

/**
 * Finds targets that are gone and exist under another name now. The rules are tried in order, the surest first. A rule
 * takes a pair only if it pairs neither of the two with another target. A fresh target that was seen later than a gone
 * one is a different target.
 */
export function findRenamed(gone: readonly NamedTarget[], fresh: readonly NamedTarget[]): RenamedTargets {
  const renamed: RenamedTarget[] = [];
  const leftGone = new Set(gone);
  const leftFresh = new Set(fresh);
  for (const { isSure, fits } of RULES) {
    const pairs = [...leftFresh].flatMap((to) =>
      [...leftGone].filter((from) => isLater(from, to) && fits(from, to)).map((from) => ({ from, to, isSure })),
    );
    for (const pair of pairs) {
      const isOnly = pairs.every((other) => other === pair || (other.from !== pair.from && other.to !== pair.to));
      if (!isOnly) continue;
      renamed.push(pair);
      leftGone.delete(pair.from);
      leftFresh.delete(pair.to);
    }
  }
  const alike = new Map<string, NamedTarget[]>();
  for (const to of leftFresh) {
    const found = [...leftGone].filter((from) => isLater(from, to) && isEqualShape(from, to));
    if (found.length > 0) alike.set(to.id, found);
  }
  return { renamed, alike };
}

interface Rule {
  readonly isSure: boolean;
  readonly fits: (from: NamedTarget, to: NamedTarget) => boolean;
}

const RULES: readonly Rule[] = [
  // Another call of `fc.assert` came before it.
  { isSure: true, fits: (from, to) => isInFile(from, to) && from.testName === to.testName && isEqualShape(from, to) },
  // The file was moved or renamed.
  { isSure: true, fits: (from, to) => isNamed(from, to) && mayBeShape(from, to) },
  // A describe block around it was renamed, added or removed; in the same file, then in another one.
  { isSure: true, fits: (from, to) => isInFile(from, to) && isTitled(from, to) && mayBeShape(from, to) },
  { isSure: true, fits: (from, to) => isTitled(from, to) && isEqualShape(from, to) },
  // As before, but its arguments were changed, too.
  { isSure: true, fits: isNamed },
  { isSure: true, fits: (from, to) => isInFile(from, to) && isTitled(from, to) },
  // It has another title.
  { isSure: false, fits: (from, to) => isInFile(from, to) && isEqualShape(from, to) },
];

function isLater(from: NamedTarget, to: NamedTarget): boolean {
  return to.seenAt === null || (from.seenAt ?? 0) > to.seenAt;
}

function isInFile(from: NamedTarget, to: NamedTarget): boolean {
  return from.file === to.file;
}

function isNamed(from: NamedTarget, to: NamedTarget): boolean {
  return from.testName === to.testName && from.ordinal === to.ordinal;
}

function isTitled(from: NamedTarget, to: NamedTarget): boolean {
  if (from.ordinal !== to.ordinal) return false;
  if (from.title !== null && from.title === to.title) return true;
  return from.testName.endsWith(` ${to.testName}`) || to.testName.endsWith(` ${from.testName}`);
}

function isEqualShape(from: NamedTarget, to: NamedTarget): boolean {
  return from.shape !== null && from.shape === to.shape;
}

function mayBeShape(from: NamedTarget, to: NamedTarget): boolean {
  return from.shape === null || to.shape === null || from.shape === to.shape;
}
