import type { Choices } from '../../../src/choice/choices';
import { InputRunner } from '../../../src/property/inputRunner';
import { isPromise } from '../../../src/property/isPromise';
import { withPlugins } from '../../../src/property/withPlugins';
import type { FoundTarget, ReplayReply } from '../../channel/messages';
import { startTimer } from '../../fastCheck/timerLimit';
import { passCheck, timeoutOf, type CheckCall, type CheckContext } from './checkCall';

/** One execution of a test that runs one recorded input of its target. */
export interface ReplayMode {
  readonly type: 'replay';
  readonly target: FoundTarget;
  readonly choices: Choices;
  /** How long the input may take, in milliseconds. */
  readonly limitMs: number;
  /** null until the input has run. */
  reply: ReplayReply | null;
}

/**
 * A check call of the target whose input is replayed: runs this input once. Before that, the input is written to the
 * flight recorder, also as text: the recorder outlives the thread.
 */
export function checkReplay(mode: ReplayMode, call: CheckCall, context: CheckContext): unknown {
  const { recorder } = context.tools;
  const { property, parameters, copy } = call;
  const runner = new InputRunner(withPlugins(property, parameters['plugins']), {
    random: context.replayRandom,
    timeout: { ms: timeoutOf(parameters, mode.target), startTimer },
  });
  context.running.runner = runner;
  recorder.enter(mode.target.id, mode.limitMs);
  recorder.beginGenerating();
  const status = runner.generate({ type: 'replay', choices: mode.choices, tail: 'simplest' });
  const input = runner.argumentsText(copy.stringify);
  recorder.describe(input);
  recorder.begin(runner.choices());
  const running = status === 'ok' ? runner.execute() : { status };
  const finish = (outcome: { readonly status: string }): unknown => {
    recorder.end();
    mode.reply = { status: outcome.status === 'failed' ? 'failed' : 'passed', input };
    return passCheck(call);
  };
  return isPromise(running) ? running.then(finish) : finish(running);
}
