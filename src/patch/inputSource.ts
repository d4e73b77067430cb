import type { Choices } from '../choice/choices';
import { valueToSource } from './valueToSource';
import type { InputRunner } from '../property/inputRunner';
import type { FailureSnapshot } from '../protocol/failure';

/**
 * The arguments of an input as source text for a test file. They are generated again, because a run may have changed
 * them; `runner` holds them afterwards.
 */
export function inputSource(runner: InputRunner, choices: Choices): Pick<FailureSnapshot, 'source' | 'sourceProblem'> {
  runner.generate({ type: 'replay', choices, tail: 'simplest' });
  let found: Pick<FailureSnapshot, 'source' | 'sourceProblem'> = { sourceProblem: 'its arbitraries threw' };
  runner.argumentsText((value) => {
    const written = valueToSource(value);
    found = 'source' in written ? { source: written.source } : { sourceProblem: written.problem };
    return '';
  });
  return found;
}
