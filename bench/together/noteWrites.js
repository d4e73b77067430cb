'use strict';
/*
 * Loaded before anything else into a fuzzer (`NODE_OPTIONS=--require`), to prove that nothing it was told is written gets
 * lost: each write of its database is noted in the file `NOTED_WRITES`, once when it is asked for and once more when it was
 * acknowledged. `NOTED_DIST`: the build that is watched. `lostWrites.js` compares the notes with the database.
 */
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { isMainThread } = require('node:worker_threads');

const { NOTED_WRITES: file, NOTED_DIST: dist } = process.env;

if (isMainThread && file !== undefined && dist !== undefined) {
  for (const [module, open] of [
    ['redis', 'openRedisDatabase'],
    ['lmdb', 'openLmdbDatabase'],
    ['folder', 'openFolderDatabase'],
  ]) {
    const exported = require(path.join(dist, 'src/database/stores', module, `${module}.js`));
    const real = exported[open];
    exported[open] = async (...words) => noting(await real(...words));
  }
}

function noting(database) {
  const write = database.write.bind(database);
  database.write = async (operations, options) => {
    const lines = operations.flatMap(lineOf);
    note('?', lines);
    await write(operations, options);
    note('!', lines);
  };
  return database;
}

/** The key, and a hash of its new value, or "-" when it is deleted. */
function lineOf({ type, key, value }) {
  if (type === 'expect') return [];
  return [`${key} ${type === 'delete' ? '-' : createHash('sha1').update(value).digest('hex')}`];
}

/** In one go, so that a process that is killed leaves whole lines. */
function note(sign, lines) {
  if (lines.length > 0) fs.appendFileSync(file, lines.map((line) => `${sign} ${line}\n`).join(''));
}
