'use strict';
// Several workers in one process, for bench/load.js: all that a fuzzer says to its database, without fuzzing.
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');

const { dist, url, from, count, targets, entriesPerSecond, failuresPerSecond, perSecond } = JSON.parse(process.argv[2]);
const { RunStore } = require(path.join(dist, 'runner/store/runStore'));
const { Fleet } = require(path.join(dist, 'runner/fleet/fleet'));
const { Leases } = require(path.join(dist, 'runner/fleet/leases'));
const { LiveSharing } = require(path.join(dist, 'runner/fleet/liveSharing'));
const { createBus } = require(path.join(dist, 'src/protocol/bus'));
const { encodeChoices, toBlob } = require(path.join(dist, 'src/choice/encoding'));

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-runner-load-'));
const seen = { entries: 0, failures: 0 };
const life = { isEnded: false };
let started = 0;

process.on('message', async (what) => {
  if (what === 'figures') process.send({ seen, started });
  if (what !== 'end') return;
  life.isEnded = true;
  fs.rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});

void main();

async function main() {
  for (let number = from; number < from + count && !life.isEnded; number += 1) {
    void worker(number);
    await sleep(1000 / perSecond);
  }
}

async function worker(number) {
  const rootDir = path.join(folder, String(number));
  fs.mkdirSync(rootDir);
  const store = await RunStore.open(url, rootDir, createBus());
  const startedAt = Date.now();
  const runId = `${new Date(startedAt).toISOString().replace(/[:.]/g, '-')}-${number}`;
  const all = Array.from({ length: targets }, (_, index) => targetOf(index));
  const totals = () => ({
    files: 5,
    targets,
    notCollected: 0,
    inputs: all.reduce((sum, { snapshot }) => sum + snapshot.inputs, 0),
    behaviors: 500 * targets,
    failures: 0,
    cpuSeconds: 1,
    inputsPerSecond: 20000,
    sinceNewBehaviorSeconds: 1,
  });
  const self = () => ({
    runId,
    state: 'fuzzing',
    ended: null,
    startedAt,
    updatedAt: Date.now(),
    wallSeconds: (Date.now() - startedAt) / 1000,
    budgetSeconds: null,
    seed: 1,
    workers: 1,
    host: `host-${number}`,
    pid: number,
    rootDir: '/srv/project',
    database: store.url,
    versions: { fuzzRunner: '0.1.0', jest: '30.5.2', node: '20.20.0' },
    totals: totals(),
    commit: '0123456789abcdef0123456789abcdef01234567',
    campaign: fleet.campaignName,
    told: fleet.behaviors.recordCount,
    now: [all[0].id],
  });
  const fleet = new Fleet({
    records: store.records,
    runId,
    now: () => performance.timeOrigin + performance.now(),
    self,
    targets: () => all,
    save: (operations) => store.save(operations),
    onFuzzer: () => {},
    async onChanges(changed) {
      store.noteOtherProcesses();
      const isMore = await sharing.look(changed);
      await leases.takeOver();
      return isMore;
    },
  });
  const leases = new Leases({ records: store.records, runId, commit: null, isAlive: (id) => fleet.isAlive(id) });
  const sharing = new LiveSharing({
    records: store.records,
    targets: () => all,
    knowsEntry: (target, key) => store.corpus.knows(target.id, key),
    async onEntry(target, key, entry) {
      if ((await store.corpus.take(target.id, key, entry)) !== null) seen.entries += 1;
    },
    async onFailure(target, failure) {
      target.failures.add(failure.id);
      seen.failures += 1;
    },
  });
  await fleet.join(null);
  fleet.start();
  for (const target of all) {
    const behaviors = Array.from({ length: 500 }, (_, index) => id(`${target.id} ${index}`));
    behaviors.forEach((behavior) => target.behaviors.add(behavior));
  }
  started += 1;
  // What `Campaign` does: four pulses a second, a slice of one target each.
  for (let pulse = 0; !life.isEnded; pulse += 1) {
    const target = all[Math.floor(pulse / 3) % targets];
    target.snapshot = { ...target.snapshot, inputs: target.snapshot.inputs + 5000, cpuSeconds: pulse / 4 };
    store.publish({ type: 'run', run: self() });
    store.publish({ type: 'target', target: target.snapshot });
    store.publish({ type: 'point', point: target.point(runId, pulse / 4) });
    const worker = { id: 1, state: 'running', targetId: target.id, heapUsedBytes: 5e7, slices: pulse, restarts: 0 };
    store.publish({ type: 'worker', worker });
    if (Math.random() < entriesPerSecond / 4) {
      const choices = randomChoices(20);
      const key = id(choices);
      store.saveCorpus(target.id, [{ key, choices, behaviors: [id(String(Math.random()))] }], []);
    }
    if (Math.random() < failuresPerSecond / 4) {
      const failure = failureOf(target, number);
      target.failures.add(failure.id);
      await leases.claim({ snapshot: failure });
      await store.failureWriter.save(failure, 'minimal');
    }
    await sleep(250);
  }
}

function targetOf(index) {
  const name = `target ${index}`;
  const idOf = `test/file-${index % 5}.test.ts :: ${name} :: 0`;
  let sequence = 0;
  const target = {
    id: idOf,
    behaviors: new Set(),
    failures: new Set(),
    failureById: (failure) =>
      target.failures.has(failure) ? { snapshot: { state: 'minimal', choices: 0 }, confirmed: true } : undefined,
    point(runId, runSeconds) {
      sequence += 1;
      return {
        targetId: idOf,
        runId,
        sequence,
        runSeconds,
        inputs: sequence * 5000,
        cpuSeconds: runSeconds,
        behaviors: 500,
      };
    },
    snapshot: {
      id: idOf,
      file: `test/file-${index % 5}.test.ts`,
      testName: name,
      titles: [name],
      ordinal: 0,
      status: 'fuzzing',
      detail: null,
      inputs: 0,
      cpuSeconds: 0,
      wallSeconds: 0,
      invalidInputs: 0,
      behaviors: 500,
      corpusSize: 100,
      stability: 1,
      unstable: { count: 0, places: [] },
      lastNewBehavior: null,
      failures: 0,
    },
  };
  return target;
}

function failureOf(target, number) {
  const key = `Error at src/code.ts:${Math.floor(Math.random() * 1000)}`;
  const stamp = { inputs: 1, cpuSeconds: 1, wallSeconds: 1 };
  return {
    id: id(`${target.id} ${key}`),
    targetId: target.id,
    file: target.snapshot.file,
    testName: target.snapshot.testName,
    kind: 'error',
    state: 'minimal',
    origin: { key, errorClass: 'Error', place: null },
    errorName: 'Error',
    message: key,
    input: '["abc"]',
    blob: toBlob({ biased: false, values: [1, 2, 3], forks: [] }),
    choices: 3,
    shrinks: 10,
    report: 'x'.repeat(1500),
    replayCommand: 'npx jest',
    foundBy: 'fuzz',
    host: `host-${number}`,
    firstFound: stamp,
    minimalAt: stamp,
    firstSeenAt: Date.now(),
    lastSeenAt: Date.now(),
    fixedAt: null,
  };
}

function randomChoices(length) {
  return encodeChoices({
    biased: false,
    values: Array.from({ length }, () => Math.floor(Math.random() * 1e6)),
    forks: [],
  });
}

function id(text) {
  return require(path.join(dist, 'src/database/base/key')).hashKey(text);
}
