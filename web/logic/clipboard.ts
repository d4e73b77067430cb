/**
 * The command without control characters and without marks that reorder text, so that it is safe to paste into a
 * terminal. Test names and inputs may contain any text, and a pasted line break would run the text after it.
 */
export function safeCommand(command: string): string {
  return command.replace(/[\p{Cc}\u200E\u200F\u2028-\u202E\u2066-\u2069]+/gu, ' ');
}
