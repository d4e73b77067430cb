/** Commands for the database as a whole; apart, so that the command line knows them without loading them. */
export const OPERATIONS: readonly string[] = ['export', 'import', 'merge', 'minimize', 'gc', 'stats', 'verify'];
