/** A longer token is left out of the command: Windows does not accept such commands, and they are hard to copy. */
const MAX_TOKEN_LENGTH = 2000;

/**
 * A shell command that replays the saved failures of one test. With a `token` (see replayToken.ts) it replays this one
 * input, on any machine. The pattern for the name of the test has no `$` at its end: `@fast-check/jest` adds a seed to
 * the name (`… (with seed=123)`). The seed changes with each run, and is not part of `testName`.
 */
export function replayCommand(file: string, testName: string, token?: string): string {
  const command = `npx jest ${quote(escapePattern(file))} -t ${quote(`^${escapePattern(testName)}`)}`;
  return token === undefined || token.length > MAX_TOKEN_LENGTH ? command : `FUZZ_REPLAY=${token} ${command}`;
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/**
 * Quotes a word for a POSIX shell if it needs quotes. Control characters become spaces, because a terminal might act on
 * them.
 */
function quote(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  const clean = text.replace(/[\u0000-\u001f\u007f]/g, ' ');
  return /^[\w./@%+=:,-]+$/.test(clean) ? clean : `'${clean.replaceAll("'", `'\\''`)}'`;
}
