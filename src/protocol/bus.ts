import type { FuzzEvent } from './events';
import { applyEvent, emptyState, snapshotEvents, type CampaignState } from './state';

/**
 * Connects runner and reporter. Jest builds reporters before the runner and passes neither to the other,
 * and two copies of this package may be loaded (CommonJS and ES module, linked workspaces), so the bus is
 * found by name on `globalThis`.
 */
export interface Bus {
  readonly state: CampaignState;
  publish(event: FuzzEvent): void;
  /** Gives the listener the present state as events, then every later event. Returns a function that ends this. */
  subscribe(listener: (event: FuzzEvent) => void): () => void;
  /** Set by the reporter when it is loaded, so that the runner does not start a second one. */
  hasReporter: boolean;
}

const BUS = Symbol.for('fuzz-runner.bus@1');

export function createBus(): Bus {
  const listeners = new Set<(event: FuzzEvent) => void>();
  const state = emptyState();
  return {
    state,
    hasReporter: false,
    publish(event) {
      applyEvent(state, event);
      for (const listener of listeners) listener(event);
    },
    subscribe(listener) {
      for (const event of snapshotEvents(state)) listener(event);
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The bus of this process; the first call creates it. */
export function processBus(): Bus {
  // The registry on globalThis has no type of its own: this is the one place that reads or writes it.
  const registry = globalThis as unknown as Record<symbol, Bus | undefined>;
  return (registry[BUS] ??= createBus());
}
