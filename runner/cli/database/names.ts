/** Names of the commands for the database. In a file of their own: command.ts needs them and must not load the commands. */
export const OPERATIONS: readonly string[] = ['export', 'import', 'merge', 'minimize', 'gc', 'stats', 'verify'];
