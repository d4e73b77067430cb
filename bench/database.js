'use strict';
/*
 * Measures LMDB with a million corpus records: how long it takes to open, how many records are saved and read in a second,
 * and whether memory grows. Rates are given by the clock and by the processor time of this process: on a busy machine only
 * the second is reliable. `npm run bench:database [-- records]`; build first. Prints a table for docs/databases.md.
 */
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawnSync } = require('node:child_process');

const dist = process.env.FUZZ_RUNNER_DIST ?? path.join(__dirname, '..', 'dist');
const { openDatabase, Records } = require(path.join(dist, 'src/database'));

const COUNT = Number(process.argv[2] ?? 1_000_000);
const TARGETS = 20;
const BATCH = 1000;

/** A small random generator for the contents of records; it gives the same numbers in each run. */
let state = 1;
function random() {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
}

const targetId = (index) => `test/target.test.ts :: target ${index} :: 0`;

function entryOf(index) {
  const choices = Buffer.alloc(20 + Math.floor(random() * 60), Math.floor(random() * 256));
  choices.writeUInt32LE(index, 0);
  const behaviors = Array.from({ length: 1 + Math.floor(random() * 5) }, () =>
    Buffer.from(Float64Array.of(random()).buffer).toString('hex'),
  );
  return { targetId: targetId(index % TARGETS), choices, behaviors, isOptimal: false };
}

const megabytes = (bytes) => `${(bytes / 1024 ** 2).toFixed(0)} MB`;

/** Starts a stopwatch by the clock and by processor time. */
function clock() {
  const start = performance.now();
  const used = process.cpuUsage();
  return {
    rate(count) {
      const wall = performance.now() - start;
      const { user, system } = process.cpuUsage(used);
      const perSecond = (ms) => Math.round((count / ms) * 1000);
      return { wall: perSecond(wall), cpu: perSecond((user + system) / 1000) };
    },
  };
}

const shown = ({ wall, cpu }) =>
  `${wall.toLocaleString('en')}/s (${cpu.toLocaleString('en')} per second of processor time)`;

async function main() {
  const rootDir = fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-runner-bench-'));
  try {
    const rows = [];
    const records = new Records(await openDatabase('db', { rootDir }));
    const heaps = [];
    let time = clock();
    for (let first = 0; first < COUNT; first += BATCH) {
      const operations = [];
      for (let index = first; index < Math.min(COUNT, first + BATCH); index += 1) {
        operations.push(records.corpus.put(entryOf(index)));
      }
      await records.write(operations);
      if (first % Math.max(BATCH, COUNT / 10) === 0) heaps.push(process.memoryUsage().heapUsed);
    }
    rows.push(['save, 1,000 in a write', shown(time.rate(COUNT))]);
    rows.push([
      'heap while saving, least and most',
      `${megabytes(Math.min(...heaps))}, ${megabytes(Math.max(...heaps))}`,
    ]);
    await records.close();
    rows.push(['file', megabytes(fs.statSync(path.join(rootDir, 'db/data.mdb')).size)]);

    // In a process of its own: the first open of a process also loads the native code.
    const opened = spawnSync(process.execPath, [__filename, 'open', rootDir], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [load, first, again] = opened.stdout.trim().split(' ');
    rows.push(['load LMDB, once in a process', `${load} ms`], ['open', `${first} ms`], ['open again', `${again} ms`]);

    const readers = new Records(await openDatabase('db', { rootDir, readOnly: true }));
    const rates = [];
    for (let index = 0; index < TARGETS; index += 1) {
      time = clock();
      const entries = await readers.corpus.list(targetId(index));
      rates.push(time.rate(entries.length));
    }
    rates.sort((a, b) => a.wall - b.wall);
    rows.push([
      `read and decode the corpus of one target (${Math.round(COUNT / TARGETS).toLocaleString('en')} records), median of ${TARGETS}`,
      shown(rates[TARGETS / 2]),
    ]);
    time = clock();
    let count = 0;
    const before = process.memoryUsage().heapUsed;
    let most = before;
    for await (const [key] of readers.database.list('')) {
      count += key.length > 0 ? 1 : 0;
      if (count % 10_000 === 0) most = Math.max(most, process.memoryUsage().heapUsed);
    }
    rows.push(['list everything, undecoded', shown(time.rate(count))]);
    rows.push(['heap more while listing', megabytes(most - before)]);
    await readers.close();
    console.log(`| ${COUNT.toLocaleString('en')} corpus records |  |\n| --- | --- |`);
    for (const [what, value] of rows) console.log(`| ${what} | ${value} |`);
  } finally {
    fs.rmSync(rootDir, { recursive: true, force: true });
  }
}

async function measureOpen(rootDir) {
  const times = [performance.now()];
  require('lmdb');
  times.push(performance.now());
  for (let round = 0; round < 2; round += 1) {
    const database = await openDatabase('db', { rootDir });
    await database.get('corpus/none');
    times.push(performance.now());
    await database.close();
    if (round === 0) times.push(performance.now());
  }
  const [begin, loaded, first, closed, again] = times;
  console.log([loaded - begin, first - loaded, again - closed].map((ms) => ms.toFixed(0)).join(' '));
}

void (process.argv[2] === 'open' ? measureOpen(process.argv[3]) : main());
