import type { FailureState } from './failure';

/** Whether a failure in this state is still one: a flaky one is. */
export function isOpen(state: FailureState): boolean {
  return state !== 'fixed' && state !== 'changed' && state !== 'expired';
}
