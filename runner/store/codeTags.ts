import { gitCommit } from '../../src/database/merge/gitCommit';
import { packageVersion } from '../../src/packageVersion';
import type { CodeTag } from '../../src/protocol/failure';
import type { TargetId } from '../../src/protocol/target';
import type { FoundTarget } from '../channel/messages';

/** The code that this run fuzzes: one commit, and for each target the version of fast-check that makes its inputs. */
export class CodeTags {
  /** The commit that is checked out; null outside of a Git repository. */
  readonly commit: string | null;
  private readonly fastChecks = new Map<TargetId, string>();

  constructor(rootDir: string) {
    this.commit = gitCommit(rootDir);
  }

  /** Notes the versions of fast-check of collected targets. */
  note(targets: readonly FoundTarget[]): void {
    for (const { id, fastCheck } of targets) if (fastCheck !== undefined) this.fastChecks.set(id, fastCheck);
  }

  /** The code with which this run fuzzes a target. */
  of(targetId: TargetId): CodeTag {
    return {
      commit: this.commit ?? undefined,
      fastCheck: this.fastChecks.get(targetId),
      fuzzRunner: packageVersion(),
    };
  }

  /** Versions of fast-check that make inputs, sorted. */
  get fastCheckVersions(): readonly string[] {
    return [...new Set(this.fastChecks.values())].sort();
  }
}
