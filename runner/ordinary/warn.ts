/** Prints a problem that no test is to blame for as one line on standard error. Null: there is none, prints nothing. */
export function warn(problem: string | null): void {
  // Not with `console.warn`: Jest would print it with a place in this file.
  if (problem !== null) process.stderr.write(`fuzz-runner: ${problem}\n`);
}
