'use strict';
const { createHash } = require('node:crypto');
const fs = require('node:fs');

/**
 * What of the acknowledged writes that fuzzers noted (`noteWrites.js`) the database does not have, in words. What only one
 * process writes must be as that one was last told: its run, its threads, its curves. What several write must be there
 * unless somebody asked to delete it: corpus entries, failures. `contents`: key -> bytes.
 */
exports.lostWrites = function lostWrites(files, contents) {
  const notes = files.map((file) => readNotes(file));
  const deleted = new Set(notes.flatMap((one) => [...one.deleted]));
  const lost = [];
  let count = 0;
  for (const { acknowledged, asked } of notes) {
    for (const [key, hash] of acknowledged) {
      if (hash === '-' || deleted.has(key)) continue;
      count += 1;
      const value = contents.get(key);
      if (value === undefined) lost.push(`${key} is missing`);
      // A write that was asked for and not acknowledged may have arrived or not.
      else if (isOfOne(key) && asked.get(key) === hash && hashOf(value) !== hash) lost.push(`${key} is older`);
    }
  }
  return { count, lost };
};

/** Of a kind that no two fuzzers write: its key holds the run. */
function isOfOne(key) {
  return /^(?:run|worker|notice|points|share|seen|not-collected)\//.test(key);
}

function readNotes(file) {
  const asked = new Map();
  const acknowledged = new Map();
  const deleted = new Set();
  const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  for (const line of text.split('\n')) {
    const [sign, key, hash] = line.split(' ');
    if (hash === undefined) continue;
    if (sign === '?') asked.set(key, hash);
    else acknowledged.set(key, hash);
    if (hash === '-') deleted.add(key);
  }
  return { asked, acknowledged, deleted };
}

function hashOf(value) {
  return createHash('sha1').update(value).digest('hex');
}
