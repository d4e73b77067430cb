/** What is known of a target, to find it again under another name. */
export interface NamedTarget {
  readonly id: string;
  readonly file: string;
  /** Full name of its test, and the last of its titles where that is known. */
  readonly testName: string;
  readonly title: string | null;
  readonly ordinal: number;
  /** Of its arguments; null when that is not known. */
  readonly shape: string | null;
  /** Epoch milliseconds when it was last there; null when it never was. */
  readonly seenAt: number | null;
}

export interface RenamedTarget {
  readonly from: NamedTarget;
  readonly to: NamedTarget;
  /** Its name tells; else only what its arguments are made of. */
  readonly isSure: boolean;
}

export interface RenamedTargets {
  readonly renamed: readonly RenamedTarget[];
  /** For the others, by id: targets that are gone and had the same arguments. Their inputs are worth a try. */
  readonly alike: ReadonlyMap<string, readonly NamedTarget[]>;
}

/**
 * Which targets of one file are targets that are gone, under another name. Each rule takes only pairs that are the only
 * ones by it; the first are the surest. A target that was seen later than one that is gone is not that one.
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
  // Its describe block was renamed, put around it or taken away; in the same file, then in another one.
  { isSure: true, fits: (from, to) => isInFile(from, to) && isTitled(from, to) && mayBeShape(from, to) },
  { isSure: true, fits: (from, to) => isTitled(from, to) && isEqualShape(from, to) },
  // As before, and it was edited too.
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
