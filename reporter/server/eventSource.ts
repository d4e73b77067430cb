import type { Bus } from '../../src/protocol/bus';
import type { FuzzEvent } from '../../src/protocol/events';
import { snapshotEvents } from '../../src/protocol/state';

/** The source of a dashboard's data: events of this process, or of a database that it follows. */
export interface EventSource {
  /** The events that rebuild the present state. */
  snapshot(): readonly FuzzEvent[];
  /** Calls `listener` with every later event. Returns a function that ends this. */
  subscribe(listener: (event: FuzzEvent) => void): () => void;
}

export function busSource(bus: Bus): EventSource {
  return {
    snapshot: () => snapshotEvents(bus.state),
    subscribe(listener) {
      // The bus first repeats its state as events; pages get those as their snapshot instead.
      let isReplaying = true;
      const end = bus.subscribe((event) => {
        if (!isReplaying) listener(event);
      });
      isReplaying = false;
      return end;
    },
  };
}
