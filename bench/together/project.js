'use strict';
const fs = require('node:fs');
const path = require('node:path');

const WAIT = 'const wait = new Int32Array(new SharedArrayBuffer(4));';
/** Milliseconds since both fuzzers have collected everything; below 0 before. */
const AGE = `const fs = require('node:fs');
let begin = Infinity;
function age() {
  if (begin === Infinity && fs.existsSync('begin')) begin = Number(fs.readFileSync('begin', 'utf8'));
  return Date.now() - begin;
}`;
/** Inputs that take a millisecond without the processor: what is tried here is not speed. */
const PAUSE = 'Atomics.wait(wait, 0, 0, 1);';

/**
 * A project whose properties always have news for the database for so many seconds: corpus entries, failures one after the
 * other, and inputs that hang or end their thread, also one after the other; from the moment that is in the file `begin`.
 */
exports.writeProject = function writeProject(folder, seconds) {
  const after = (share) => Math.round(seconds * 1000 * share);
  const files = {
    'package.json': '{ "name": "together", "private": true }',
    'jest.config.js': 'module.exports = {};\n',
    'chain.test.js': chain(),
    'failures.test.js': failures(40, after),
  };
  for (let count = 0; count < 6; count += 1) {
    files[`hang${count}.test.js`] = deadly(`hang${count}`, 'for (;;);', after((count + 1) / 8));
    files[`exit${count}.test.js`] = deadly(`exit${count}`, 'process.exit(1);', after((count + 1) / 8));
  }
  files['heap.test.js'] = deadly('heap', 'const all = []; for (;;) all.push(new Array(1000).fill(all));', after(1 / 4));
  fs.mkdirSync(folder);
  fs.symlinkSync(path.join(__dirname, '../..', 'node_modules'), path.join(folder, 'node_modules'));
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
};

/** Steps that are found one after the other. */
function chain() {
  const steps = Array.from({ length: 400 }, (_, at) => `    if (!is(numbers, ${at})) return;`);
  return `const fc = require('fast-check');
${WAIT}
const is = (numbers, at) => Math.imul((numbers[at] ?? 0) ^ (at * 40503), 0x9e3779b1) >>> 28 === 0;
test('chain', () => {
  fc.assert(fc.property(fc.array(fc.nat(255), { minLength: 400, maxLength: 400 }), (numbers) => {
    ${PAUSE}
${steps.join('\n')}
  }));
});
`;
}

/** Each can fail from its own moment on. */
function failures(count, after) {
  const lines = Array.from(
    { length: count },
    (_, at) =>
      `    if (n % ${count} === ${at} && age() > ${after((at + 0.5) / (count + 4))}) throw new Error('failure ${at}');`,
  );
  return `const fc = require('fast-check');
${WAIT}
${AGE}
test('failures', () => {
  fc.assert(fc.property(fc.nat(), (n) => {
    ${PAUSE}
${lines.join('\n')}
  }));
});
`;
}

/** Ends its thread, or has it ended, from some moment on. */
function deadly(name, how, moment) {
  return `const fc = require('fast-check');
${WAIT}
${AGE}
test('${name}', () => {
  fc.assert(fc.property(fc.nat(), (n) => {
    ${PAUSE}
    if (n % 50 === 7 && age() > ${moment}) { ${how} }
  }), { timeout: 1000 });
});
`;
}
