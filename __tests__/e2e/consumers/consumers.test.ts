import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readSavedFailures } from '../../../src/database/journal';
import type { JsonReport } from '../../../src/protocol/report';
import { Installation, type Run } from './installation';

/** Milliseconds that an installation or all steps of one project may take. */
const PATIENCE_MS = 600_000;

/** One way to use Jest: a project in which fuzzing finds a bug that 100 random inputs do not. */
interface Consumer {
  readonly fixture: string;
  readonly source: string;
  readonly test: string;
  /** Text of the condition that is never true once the bug is fixed. */
  readonly condition: string;
  /** Start of the line that throws. */
  readonly throws: string;
  /** The minimal input, as fast-check prints it. */
  readonly input: string;
  readonly nodeOptions?: string;
}

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
];

describe.each([
  { peers: 'newest', jest: '30.5.2', consumers: CONSUMERS },
  { peers: 'oldest', jest: '30.0.5', consumers: [PLAIN_CJS] },
])('installed beside the $peers peers, Jest $jest', ({ peers, jest, consumers }) => {
  let installation: Installation;

  beforeAll(async () => {
    installation = await Installation.create(peers);
  }, PATIENCE_MS);

  afterAll(() => installation?.remove());

  test.each(consumers)(
    '$fixture: a failure is found, replayed, fixed and retired',
    async (consumer) => {
      const project = new Project(installation, consumer);
      expect(await project.jest()).toMatchObject({ success: true });

      const found = await project.fuzz(['--for', '120s', '--stop-on-failure'], 1);
      expect(found.versions.jest).toBe(jest);
      const [failure, ...others] = found.targets.flatMap((target) => target.failures);
      expect(others).toEqual([]);
      expect(failure).toMatchObject({
        input: consumer.input,
        state: 'minimal',
        origin: { place: { file: consumer.source, line: project.throwingLine } },
      });
      expect(project.saved()).toEqual([failure!.id]);

      const replayed = await project.jest();
      expect(replayed.success).toBe(false);
      expect(replayed.text).toContain(`Counterexample: ${consumer.input}`);
      expect(replayed.text).toContain(`${consumer.source}:${project.throwingLine}:`);
      expect(replayed.text).toContain('path: "fz1-');
      const single = await project.jest(replayArguments(found));
      expect(single.text).toContain(`Counterexample: ${consumer.input}`);
      expect(project.saved()).toEqual([failure!.id]);

      project.fix();
      expect(await project.jest()).toMatchObject({ success: true });
      expect(project.saved()).toEqual([]);
      expect(await project.jest()).toMatchObject({ success: true });
      const clean = await project.fuzz(['--for', '2s'], 0);
      expect(clean.ended).toBe('budget');
      expect(clean.totals).toMatchObject({ targets: 1, failures: 0 });
      expect(project.saved()).toEqual([]);
    },
    PATIENCE_MS,
  );
});
