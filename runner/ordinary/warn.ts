/** Says on standard error what the user should know and no test is to blame for; nothing when there is nothing. */
export function warn(problem: string | null): void {
  if (problem !== null) process.stderr.write(`fuzz-runner: ${problem}\n`);
}
