/** Prints a problem that no test has caused, as one line on standard error. null: there is no problem to print. */
export function warn(problem: string | null): void {
  // Not with `console.warn`: Jest would print it with a place in this file.
  if (problem !== null) process.stderr.write(`fuzz-runner: ${problem}\n`);
}
