/**
 * A command as it may be pasted into a terminal: without control characters and the marks that reorder text, since test
 * names and inputs are anyone's text and a pasted line break would run what follows.
 */
export function safeCommand(command: string): string {
  return command.replace(/[\p{Cc}\u200E\u200F\u2028-\u202E\u2066-\u2069]+/gu, ' ');
}
