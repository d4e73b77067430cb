import type { ProbeOp } from '../../../src/coverage/comparisons/findings';
import { differingLeaves } from './differingLeaves';
import { checkThrow, FAST_MATCHERS, isSimpleThrow, type CallOutcome, type FastMatcher } from './fastMatchers';
import type { Globals } from './objectKinds';
import { SureEquality, type Verdict } from './sureEqual';

/** The part of Jest's `expect` that `FastExpect` needs. */
export interface RealExpect {
  (...args: unknown[]): Matchers;
  getState(): { assertionCalls: number; numPassingAsserts: number };
}

/** Receives the operands of assertions while `isOn` returns true. */
export interface OperandListener {
  isOn(): boolean;
  compare(op: ProbeOp, left: unknown, right: unknown): void;
}

type Matchers = Record<string, (...args: readonly unknown[]) => unknown> & { readonly not: Matchers };

/** The object that Jest keeps on the global object of a sandbox: matchers by name, and testers that users add. */
interface MatchersObject {
  readonly matchers: Readonly<Record<string, unknown>>;
  readonly customEqualityTesters: readonly unknown[];
}

const MATCHERS_OBJECT = Symbol.for('$$jest-matchers-object');

/**
 * Jest's `expect`, with a quick way for assertions that pass. Jest builds all of its matchers for every call, which
 * takes longer than many properties. Here `expect(actual)` is a small object with quick forms of the common matchers.
 * If a matcher is sure that the assertion holds, the assertion is counted as Jest would count it. Everything else
 * (failures, which need a message; values that are not plain; matchers and testers of the user; `resolves`, snapshots)
 * is done by Jest's own `expect` with the same arguments. Stacks are the same, too, because our frames are left out
 * (`StackTraces`).
 *
 * The quick way is taken only after `begin`, until its end, because speed does not matter elsewhere.
 */
export class FastExpect {
  /** Tests get it in place of the real `expect`. The two differ only when they are called. */
  readonly expect: RealExpect;
  private readonly object: MatchersObject | null;
  private readonly originals: Readonly<Record<string, unknown>>;
  private readonly equality: SureEquality;
  private state: ReturnType<RealExpect['getState']>;
  private users = 0;

  /** Made before user code runs: matchers found now are Jest's own. */
  constructor(
    private readonly real: RealExpect,
    private readonly globals: Globals,
    private readonly operands: OperandListener,
  ) {
    this.object = (globals as { [MATCHERS_OBJECT]?: MatchersObject })[MATCHERS_OBJECT] ?? null;
    this.originals = { ...this.object?.matchers };
    this.equality = new SureEquality(globals);
    this.state = real.getState();
    const Fast = this.fastClass();
    this.expect = new Proxy(real, {
      apply: (target, self, args: unknown[]): Matchers =>
        this.users > 0 && args.length === 1 ? (new Fast(args[0]) as Matchers) : Reflect.apply(target, self, args),
    });
  }

  /** From now on, assertions may be quick. Call the returned function once to end this. */
  begin(): () => void {
    const { expect } = this.globals;
    // A library that wraps `expect` uses the object that it returns, and must find all matchers there.
    const isWrapped = expect !== undefined && expect !== this.expect;
    if (this.object === null || isWrapped) return () => {};
    this.state = this.real.getState();
    this.users += 1;
    return () => {
      this.users -= 1;
    };
  }

  /** The class of `expect(actual)`, and of its `not`. */
  private fastClass(): new (actual: unknown) => object {
    const { real } = this;
    const realOf = (actual: unknown, isNot: boolean): Matchers => (isNot ? real(actual).not : real(actual));
    const makeClass = (isNot: boolean): new (actual: unknown) => object => {
      class Fast {
        readonly [ACTUAL]: unknown;
        constructor(actual: unknown) {
          this[ACTUAL] = actual;
        }
      }
      const define = (name: string, get: (actual: unknown) => unknown): void => {
        Object.defineProperty(Fast.prototype, name, {
          configurable: true,
          get(this: Fast) {
            return get(this[ACTUAL]);
          },
        });
      };
      for (const [name, matcher] of Object.entries(FAST_MATCHERS)) {
        define(name, (actual) =>
          this.isJestsOwn(name)
            ? (...args: readonly unknown[]) => this.match(name, matcher, actual, isNot, args)
            : realOf(actual, isNot)[name],
        );
      }
      define('toThrow', (actual) =>
        this.isJestsOwn('toThrow')
          ? (...args: readonly unknown[]) => this.matchThrow(actual, isNot, args)
          : realOf(actual, isNot)['toThrow'],
      );
      // Properties that are not defined above are taken from the real `expect(actual)`.
      const rest = new Proxy(Object.create(null) as object, {
        get: (_target, name, receiver) => Reflect.get(realOf((receiver as Fast)[ACTUAL], isNot), name) as unknown,
      });
      Object.setPrototypeOf(Fast.prototype, rest);
      return Fast;
    };
    const Fast = makeClass(false);
    const Negated = makeClass(true);
    Object.defineProperty(Fast.prototype, 'not', {
      configurable: true,
      get(this: { [ACTUAL]: unknown }) {
        return new Negated(this[ACTUAL]);
      },
    });
    return Fast;
  }

  /** Whether a matcher is Jest's own, and compares as Jest does: the user has added no tester. */
  private isJestsOwn(name: string): boolean {
    const { matchers, customEqualityTesters } = this.object!;
    return matchers[name] === this.originals[name] && customEqualityTesters.length === 0;
  }

  private match(
    name: string,
    matcher: FastMatcher,
    actual: unknown,
    isNot: boolean,
    args: readonly unknown[],
  ): unknown {
    let verdict: Verdict = 'unsure';
    try {
      verdict = matcher.check(actual, args, this.equality);
      if (matcher.op !== null && this.operands.isOn()) this.report(matcher, actual, args[0]);
    } catch {
      // A getter of the user has thrown: Jest compares again, and reports the error.
    }
    if (verdict === (isNot ? 'no' : 'yes')) return this.count();
    return isNot ? this.real(actual).not[name]!(...args) : this.real(actual)[name]!(...args);
  }

  /** The user's function is called once. If Jest must decide, it gets a function that does the same again. */
  private matchThrow(actual: unknown, isNot: boolean, args: readonly unknown[]): unknown {
    let received = actual;
    if (isSimpleThrow(actual, args)) {
      const outcome = outcomeOf(actual as () => unknown);
      received = () => {
        if (outcome.type === 'threw') throw outcome.error;
      };
      let verdict: Verdict = 'unsure';
      try {
        verdict = checkThrow(outcome, args);
      } catch {
        // Reading an unusual error has thrown: Jest decides.
      }
      if (verdict === (isNot ? 'no' : 'yes')) return this.count();
    }
    return isNot ? this.real(received).not['toThrow']!(...args) : this.real(received)['toThrow']!(...args);
  }

  private count(): undefined {
    this.state.assertionCalls += 1;
    this.state.numPassingAsserts += 1;
  }

  private report({ op, isDeep }: FastMatcher, actual: unknown, expected: unknown): void {
    if (isDeep !== true) this.operands.compare(op!, actual, expected);
    else for (const [left, right] of differingLeaves(actual, expected)) this.operands.compare(op!, left, right);
  }
}

/** Key of the received value: no matcher has this name. */
const ACTUAL = Symbol('actual');

function outcomeOf(call: () => unknown): CallOutcome {
  try {
    call();
    return { type: 'returned' };
  } catch (error) {
    return { type: 'threw', error };
  }
}
