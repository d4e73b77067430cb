import type { FailureState } from './failure';

/** Whether a failure in this state still counts as a failure. A flaky one does. */
export function isOpen(state: FailureState): boolean {
  return state !== 'fixed' && state !== 'changed' && state !== 'expired';
}
