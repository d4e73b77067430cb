import fs from 'node:fs';
import { systemErrorCode } from '../../base/databaseError';

/** Files and folders in a folder, in no order; none when there is no such folder. */
export async function entriesOf(folder: string): Promise<fs.Dirent[]> {
  try {
    return await fs.promises.readdir(folder, { withFileTypes: true });
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
