import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { patch } from '../../../../runner/cli/patchCommand';
import { promote } from '../../../../runner/cli/promoteCommand';
import { appendJournal } from '../../../../src/database/journal/journal';
import type { FailureSnapshot } from '../../../../src/protocol/failure';
import { sampleFailure } from '../../database/samples';

function failure(id: string, over: Partial<FailureSnapshot> = {}): FailureSnapshot {
  return sampleFailure({ id, ...over });
}

describe('fuzz-runner patch', () => {
  let root = '';
  const written = { out: '', error: '' };
  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'fuzz-runner-patch-command-'));
    Object.assign(written, { out: '', error: '' });
    const capture = (field: 'out' | 'error') => (text: unknown) => {
      written[field] += String(text);
      return true;
    };
    jest.spyOn(process.stdout, 'write').mockImplementation(capture('out'));
    jest.spyOn(process.stderr, 'write').mockImplementation(capture('error'));
  });
  afterEach(() => {
    jest.restoreAllMocks();
    fs.rmSync(root, { recursive: true, force: true });
  });

  const run = async (...failures: FailureSnapshot[]): Promise<number> => {
    for (const one of failures) {
      appendJournal(path.join(root, '.fuzz-runner'), { type: 'found', at: 1, host: 'h', failure: one });
    }
    return patch(root, { database: '.fuzz-runner', failure: null, isMinimalCovering: false, output: null });
  };

  test('several files are one patch; of old records the printed input is taken where it is exact', async () => {
    const text = `import fc from 'fast-check';\ntest('t', () => {\n  fc.assert(\n    fc.property(fc.anything(), () => true),\n  );\n});\n`;
    for (const name of ['a.ts', 'b.ts', 'c.ts']) fs.writeFileSync(path.join(root, name), text);
    const of = (file: string, over: Partial<FailureSnapshot>): FailureSnapshot =>
      failure(file, { file, testName: 't', targetId: `${file} :: t :: 0`, ...over });
    const code = await run(
      of('a.ts', { source: '[{ a: 1 }]', input: '[…]' }),
      of('b.ts', { input: '[["x",-0]]' }),
      of('c.ts', { input: '[{"a":1}]' }),
      of('gone.ts', { source: '[1]' }),
    );
    expect(code).toBe(0);
    expect(written.out.split('\n').filter((line) => /^[-+]/.test(line))).toEqual([
      '--- a/a.ts',
      '+++ b/a.ts',
      '+    { examples: [[{ a: 1 }]] },',
      '--- a/b.ts',
      '+++ b/b.ts',
      "+    { examples: [[['x', -0]]] },".replace(', -0', ',-0'),
    ]);
    expect(written.error).toContain(
      'in c.ts (Error, c.ts): the input cannot be written as source text: an older version',
    );
    expect(written.error).toContain('in gone.ts (Error, gone.ts): gone.ts is not there');
    expect(written.error).toContain('2 failing inputs as examples, in 2 files');
  });

  test('names are relative to the working directory, also when the root directory of Jest is another', async () => {
    fs.mkdirSync(path.join(root, 'sub'));
    fs.writeFileSync(path.join(root, 'sub', 'a.ts'), `test('t', () => { fc.assert(fc.property(fc.nat(), f)); });\n`);
    const found = failure('x', { file: 'a.ts', testName: 't', targetId: 'a.ts :: t :: 0', source: '[1]' });
    appendJournal(path.join(root, 'sub', 'db'), { type: 'found', at: 1, host: 'h', failure: found });
    const options = { database: 'sub/db', failure: null, isMinimalCovering: false };
    expect(await patch(root, { ...options, output: null })).toBe(0);
    expect(written.out).toMatch(/^--- a\/sub\/a\.ts\n\+\+\+ b\/sub\/a\.ts\n/);
    expect(await promote(root, options)).toBe(0);
    expect(fs.existsSync(path.join(root, 'sub', 'fuzz-corpus', 'a.ts.json'))).toBe(true);
  });

  test('text in a database that is more than a value never gets into a patch', async () => {
    fs.writeFileSync(path.join(root, 'a.ts'), `test('t', () => { fc.assert(fc.property(fc.nat(), () => true)); });\n`);
    const code = await run(
      failure('x', { file: 'a.ts', testName: 't', targetId: 'a.ts :: t :: 0', source: '[process.exit(1)]' }),
    );
    expect({ code, out: written.out }).toEqual({ code: 1, out: '' });
    expect(written.error).toContain('its source text has more than plain values');
  });
});
