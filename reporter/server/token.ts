import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

const TOKEN = /^[\w-]{32,128}$/;

/**
 * The secret of the dashboard, read from `file`. The file is made (mode 0600) if it is missing or unusable. It is kept
 * between starts, so that an open page can connect again after a restart.
 */
export async function loadToken(file: string): Promise<string> {
  const found = await readToken(file);
  if (found !== null) return found;
  const token = randomBytes(24).toString('base64url');
  await mkdir(path.dirname(file), { recursive: true });
  // The mode applies only to a new file. An old one may be readable for other users, so it is deleted first.
  await rm(file, { force: true });
  try {
    await writeFile(file, `${token}\n`, { mode: 0o600, flag: 'wx' });
    return token;
  } catch (error) {
    // Another process made the file a moment ago: its token is used.
    const theirs = await readToken(file);
    if (theirs !== null) return theirs;
    throw error;
  }
}

async function readToken(file: string): Promise<string | null> {
  try {
    const token = (await readFile(file, 'utf8')).trim();
    if (!TOKEN.test(token)) return null;
    await chmod(file, 0o600);
    return token;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(
      `Cannot read the dashboard's token from ${file}: ${(error as Error).message}. Delete the file or make it readable; a new one is made at the next start.`,
      { cause: error },
    );
  }
}
