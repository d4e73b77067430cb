import type { Bus } from '../../src/protocol/bus';
import type { FuzzEvent } from '../../src/protocol/events';
import { snapshotEvents } from '../../src/protocol/state';

/** Where a dashboard's data comes from: the bus of this process, or a database that is read. */
export interface EventSource {
  /** The events that rebuild the present state. */
  snapshot(): readonly FuzzEvent[];
  /** Tells of every later event. Returns the way to end it. */
  subscribe(listener: (event: FuzzEvent) => void): () => void;
}

export function busSource(bus: Bus): EventSource {
  return {
    snapshot: () => snapshotEvents(bus.state),
    subscribe(listener) {
      // The bus first repeats its state; a page gets that as its snapshot.
      let isReplaying = true;
      const end = bus.subscribe((event) => {
        if (!isReplaying) listener(event);
      });
      isReplaying = false;
      return end;
    },
  };
}
