import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Installation } from './installation';
import { Project, type Consumer } from './project';

/** Milliseconds that an installation, or all steps of one project, may take. */
const PATIENCE_MS = 600_000;

const PLAIN_CJS: Consumer = {
  fixture: 'plain-cjs',
  source: 'source.js',
  test: 'source.test.js',
  condition: `key === 'proto' && value > 90000`,
  throws: `throw new Error('the prototype was polluted')`,
  input: '[{"key":"proto","value":90001}]',
};

const CONSUMERS: readonly Consumer[] = [
  {
    fixture: 'babel-typescript',
    source: 'source.ts',
    test: 'source.test.ts',
    condition: `verb === 'launch'`,
    throws: `throw new RangeError('no pad to launch from')`,
    input: '["launch"]',
  },
  {
    fixture: 'ts-jest',
    source: 'source.ts',
    test: 'source.test.ts',
    condition: 'amount === Limit.Forbidden',
    throws: `throw new TypeError('the account is locked')`,
    input: '[271828182]',
  },
  {
    fixture: 'swc',
    source: 'source.ts',
    test: 'source.test.ts',
    condition: `name === 'x-trace' && size === 4242`,
    throws: `throw new Error('trace headers have no size')`,
    input: '["x-trace",4242]',
  },
  PLAIN_CJS,
  {
    fixture: 'native-esm',
    source: 'source.js',
    test: 'source.test.js',
    condition: `text === 'javascript'`,
    throws: `throw new SyntaxError('not safe to escape')`,
    input: '["javascript"]',
    nodeOptions: '--experimental-vm-modules',
  },
  {
    fixture: 'native-esm-helper',
    source: 'source.js',
    test: 'source.test.js',
    condition: `unit === 'nibble'`,
    throws: `throw new RangeError('less than a byte')`,
    input: '["nibble"]',
    nodeOptions: '--experimental-vm-modules',
  },
  {
    fixture: 'projects',
    source: 'parser/source.js',
    test: 'parser/source.test.js',
    condition: `text === '0xfeed'`,
    throws: `throw new TypeError('hungry')`,
    input: '["0xfeed"]',
  },
];

describe.each([
  { peers: 'newest', jest: '30.5.2', consumers: CONSUMERS },
  { peers: 'oldest', jest: '30.0.5', consumers: [PLAIN_CJS] },
])('installed beside the $peers peers, with Jest $jest', ({ peers, jest, consumers }) => {
  let installation: Installation | undefined;

  beforeAll(async () => {
    installation = await Installation.create(peers);
  }, PATIENCE_MS);

  afterAll(() => installation?.remove());

  test.each(consumers)(
    '$fixture: a failure is found, replayed, fixed and retired',
    async (consumer) => {
      const project = new Project(installation!, consumer);
      expect(await project.jest()).toMatchObject({ success: true });

      const { report, output } = await project.fuzz(['--for', '120s', '--stop-on-failure'], 1);
      expect(report.versions.jest).toBe(jest);
      const failures = report.targets.flatMap((target) => target.failures);
      const place = { file: consumer.source, line: project.throwingLine };
      expect(failures).toMatchObject([{ input: consumer.input, state: 'minimal', origin: { place } }]);
      const ids = failures.map(({ id }) => id);
      expect(project.saved()).toEqual(ids);

      for (const replayed of [await project.jest(), await project.replay(output)]) {
        expect(replayed.success).toBe(false);
        expect(replayed.text).toContain('path: "fz1-');
        expect(replayed.text).toContain(`Counterexample: ${consumer.input}`);
        // Jest prints files relative to their project.
        expect(replayed.text).toContain(`${path.basename(place.file)}:${place.line}:`);
        expect(replayed.text).toContain('Replayed by fuzz-runner');
      }
      expect(project.saved()).toEqual(ids);

      project.fix();
      expect(await project.jest()).toMatchObject({ success: true });
      expect(project.saved()).toEqual([]);
      expect(await project.jest()).toMatchObject({ success: true });
      const clean = await project.fuzz(['--for', '2s'], 0);
      expect(clean.report.ended).toBe('budget');
      expect(clean.report.totals).toMatchObject({ targets: 1, failures: 0 });
      expect(project.saved()).toEqual([]);
    },
    PATIENCE_MS,
  );
});
