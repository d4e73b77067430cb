/** Prints a line on standard output: what the command was asked for. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints a line on standard error: what the command did, apart from the output that a program may read. */
export function printStatus(text: string): void {
  process.stderr.write(`${text}\n`);
}

/**
 * Prints a problem, with the name of the command, on standard error. Control characters except line breaks become
 * spaces: the text of a failure may hold any characters, and a terminal would act on these.
 */
export function warn(problem: string): void {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  printStatus(`fuzz-runner: ${problem.replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, ' ')}`);
}

/** Text from a database or a file, made safe for one line on a terminal: control characters become spaces. */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
}
