/**
 * A shell command that replays the saved failures of one test. The pattern has no end: `@fast-check/jest` adds another
 * seed to the name in each run (`… (with seed=123)`), which is not part of `testName`.
 */
export function replayCommand(file: string, testName: string): string {
  return `npx jest ${quote(escapePattern(file))} -t ${quote(`^${escapePattern(testName)}`)}`;
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
