/** Longer commands are no fun to paste, and Windows does not take them: they do without the input. */
const MAX_TOKEN_LENGTH = 2000;

/**
 * A shell command that replays the saved failures of one test or, with a `token` (see replayToken.ts), this one
 * input, on any machine. The pattern has no end: `@fast-check/jest` adds another seed to the name in each run
 * (`… (with seed=123)`), which is not part of `testName`.
 */
export function replayCommand(file: string, testName: string, token?: string): string {
  const command = `npx jest ${quote(escapePattern(file))} -t ${quote(`^${escapePattern(testName)}`)}`;
  return token === undefined || token.length > MAX_TOKEN_LENGTH ? command : `FUZZ_REPLAY=${token} ${command}`;
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** Quotes for a POSIX shell where that is needed; control characters are dropped, a terminal might act on them. */
function quote(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  const clean = text.replace(/[\u0000-\u001f\u007f]/g, ' ');
  return /^[\w./@%+=:,-]+$/.test(clean) ? clean : `'${clean.replaceAll("'", `'\\''`)}'`;
}
