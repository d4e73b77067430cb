import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** A process that runs databaseChild.ts. */
export interface Child {
  readonly lines: string[];
  /** Resolves when it has said that many lines; rejects if it has ended before. */
  said(count: number): Promise<void>;
  kill(): Promise<void>;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null; readonly errors: string }>;
}

const children = new Set<ChildProcess>();

/** For the end of a test file: ends those that are left. */
export function endChildren(): void {
  for (const child of children) child.kill('SIGKILL');
}

export function startChild(
  options: { readonly uid?: number; readonly env?: Readonly<Record<string, string>> },
  ...args: readonly string[]
): Child {
  const child = spawn(process.execPath, ['-r', 'esbuild-register', path.join(__dirname, 'databaseChild.ts'), ...args], {
    cwd: path.join(__dirname, '../..'),
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
    env: { ...process.env, ...options.env },
  });
  children.add(child);
  const lines: string[] = [];
  let errors = '';
  let check = (): void => {};
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => {
    lines.push(line);
    check();
  });
  child.stderr.on('data', (data) => (errors += String(data)));
  const ended = Promise.all([once(child, 'exit'), once(reader, 'close')]).then(([[code, signal]]) => {
    children.delete(child);
    return { code: code as number | null, signal: signal as string | null, errors };
  });
  return {
    lines,
    ended,
    said: (count) =>
      Promise.race([
        new Promise<void>((resolve) => {
          check = () => {
            if (lines.length >= count) resolve();
          };
          check();
        }),
        ended.then(({ errors: text }) => {
          throw new Error(`The child ended after ${lines.length} lines: ${text}`);
        }),
      ]),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
