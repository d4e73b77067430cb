import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openLmdbDatabase } from '../../src/database/lmdb';
import { openMemoryDatabase } from '../../src/database/memory';
import { describeDatabase } from './database.contract';

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-runner-contract-'));

describeDatabase({ name: 'memory', open: async () => openMemoryDatabase() });

describeDatabase({
  name: 'lmdb',
  open: () => openLmdbDatabase(path.join(directory, 'database')),
  cleanUp: () => fs.rmSync(directory, { recursive: true, force: true }),
});
