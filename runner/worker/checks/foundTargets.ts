import type { Dictionary as FoundLiterals } from '../../../src/coverage/comparisons/dictionary';
import { mergeDictionaries, type Dictionary } from '../../../src/mutate/dictionary';
import type { NotCollected, NotCollectedCode } from '../../../src/protocol/notCollected';
import type { TargetId } from '../../../src/protocol/target';
import type { FoundTarget } from '../../channel/messages';
import { testNameOf } from '../../fastCheck/targetId';
import { TargetLoop } from '../loop/targetLoop';
import type { ThreadTools } from '../loop/threadTools';

export interface FoundTargetsOptions {
  readonly tools: ThreadTools;
  /** Test file relative to the root. */
  readonly file: string;
  readonly seedOf: (targetId: TargetId) => number;
}

/** The targets of one test file that were found so far, each with its loop, and the properties that are no targets. */
export class FoundTargets {
  readonly found = new Map<TargetId, FoundTarget>();
  readonly loops = new Map<TargetId, TargetLoop>();
  /** Properties that cannot be fuzzed. */
  readonly refused: NotCollected[] = [];
  private readonly literals: FoundLiterals[] = [];
  /** The dictionary of the first `count` entries of `literals`. */
  private merged: { readonly count: number; readonly dictionary: Dictionary } | null = null;

  constructor(private readonly options: FoundTargetsOptions) {}

  /** The loop of a target; made when it is first asked for. */
  loopOf(target: FoundTarget): TargetLoop {
    let loop = this.loops.get(target.id);
    if (loop === undefined) {
      loop = new TargetLoop(target, this.options.tools, this.options.seedOf(target.id));
      this.loops.set(target.id, loop);
    }
    return loop;
  }

  /** Records that a property of a test cannot be fuzzed. */
  refuse(fullName: string, code: NotCollectedCode, reason: string): void {
    const { file } = this.options;
    this.refused.push({ file, testName: testNameOf(fullName), code, reason, result: 'passed' });
  }

  /** Adds the literals of a file that was loaded. */
  addLiterals(found: FoundLiterals): void {
    this.literals.push(found);
  }

  /** The words of all files loaded so far. */
  dictionary(): Dictionary {
    const { length: count } = this.literals;
    if (this.merged?.count !== count) this.merged = { count, dictionary: mergeDictionaries(this.literals) };
    return this.merged.dictionary;
  }
}
