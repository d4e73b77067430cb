import type { LostTime } from './fuzzWorker';

/**
 * Measures time from now on. CPU time of a single thread that ended, or of another process, is nowhere to be read: it
 * is taken to be that of this process, but no more than the wall time; or all of the wall time.
 */
export function startStopwatch(cpu: 'of process' | 'wall' = 'of process'): () => LostTime {
  const startWall = performance.now();
  const startCpu = process.cpuUsage();
  return () => {
    const wallSeconds = (performance.now() - startWall) / 1000;
    if (cpu === 'wall') return { wallSeconds, cpuSeconds: wallSeconds };
    const { user, system } = process.cpuUsage(startCpu);
    return { wallSeconds, cpuSeconds: Math.min(wallSeconds, (user + system) / 1e6) };
  };
}
