import type { Moment } from '../../channel/messages';
import type { ThreadClock } from './threadClock';

/** Counts of one slice. */
export class Tally {
  inputs = 0;
  invalid = 0;
  timeouts = 0;
  lastNews: Moment | null = null;
  readonly firstSeen = new Map<string, Moment>();
  readonly minimalSeen = new Map<string, Moment>();
  private startCpu = 0;
  private startWall = 0;

  start(clock: ThreadClock): void {
    this.startCpu = clock.cpuSeconds();
    this.startWall = clock.wallSeconds();
  }

  moment(clock: ThreadClock): Moment {
    return {
      inputs: this.inputs,
      cpuSeconds: clock.cpuSeconds() - this.startCpu,
      wallSeconds: clock.wallSeconds() - this.startWall,
    };
  }
}
