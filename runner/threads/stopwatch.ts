import type { LostTime } from './fuzzWorker';

/**
 * Measures time from now on. The CPU time of a thread that has ended, or of another process, cannot be read, so it is
 * estimated: 'of process' takes the CPU time of this process, at most the wall time; 'wall' takes the wall time.
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
