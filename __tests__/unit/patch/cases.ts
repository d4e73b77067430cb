import type { Example } from '../../../src/patch/patchTestFile';

/** A test file with a property that fails for one input only, and what its patch is like. */
export interface PatchCase {
  readonly file: string;
  readonly example: Omit<Example, 'id'>;
  /** Lines that the patch takes away: those that cannot stay as they are. */
  readonly removed: 0 | 1;
}

/** A test file that is not patched, and the reason given. */
export interface RefusedCase {
  readonly file: string;
  readonly example: Omit<Example, 'id'>;
  readonly reason: RegExp;
}

const NUMBER = '[123456]';

function patched(file: string, removed: 0 | 1, source = NUMBER, testName = 't', ordinal = 0): PatchCase {
  return { file, removed, example: { testName, ordinal, source } };
}

function refused(file: string, reason: RegExp, source = NUMBER, testName = 't'): RefusedCase {
  return { file, reason, example: { testName, ordinal: 0, source } };
}

export const PATCHED: readonly PatchCase[] = [
  patched('added-line.ts', 0),
  patched('no-trailing-comma.ts', 1),
  patched('hugging.ts', 1, String.raw`["it's \"x\""]`),
  patched('no-semicolons.js', 1),
  patched('one-liner.cjs', 1),
  patched('tabs-nested.ts', 0, '[123456, -7]', 'outer inner t'),
  patched('crlf.ts', 0),
  patched('crlf-no-end.js', 1),
  patched('options-one-line.ts', 1),
  patched('options-tight.js', 1),
  patched('options-lines.ts', 0),
  patched('options-lines-bare.mjs', 1),
  patched('options-empty.ts', 1),
  patched('examples-one-line.ts', 1),
  patched('examples-lines.ts', 0),
  patched('examples-lines-bare.jsx', 1),
  patched('examples-empty.ts', 1),
  patched('examples-typed.ts', 1),
  patched('examples-variable.ts', 1),
  patched('examples-shorthand.js', 1),
  patched('async-property.ts', 1, String.raw`["\n\"", [0, 0]]`, 'async waits'),
  patched('comments.ts', 0),
  patched('comments-bare.ts', 1),
  patched('comment-in-line.js', 1),
  patched('component.tsx', 0, '[{ text: "x", size: -0 }]', '<Label> shows its text'),
  patched('generics.tsx', 1),
  patched('aliased-import.ts', 1, NUMBER, 'alias t'),
  patched('namespace-import.mts', 1),
  patched('destructured.cjs', 1),
  patched('import-require.cts', 1),
  patched('options-variable.ts', 1),
  patched('options-variable-examples.ts', 1),
  patched('options-spread.js', 1),
  patched('options-spread-typed.ts', 0),
  patched('options-undefined.js', 1),
  patched('examples-undefined.ts', 1),
  patched('helper.ts', 1),
  patched('property-variable.ts', 1),
  patched('second-call.ts', 0, NUMBER, 't', 1),
  patched('template-title.ts', 1, NUMBER, 'parse() a title'),
  patched('test-prop.ts', 1, '[123456, ""]', 'prop t'),
  patched('test-prop-record.ts', 1, '[{ n: 123456, s: "a" }]'),
  patched('class-fields.ts', 1, '[5n, null]'),
  patched(
    'values.js',
    1,
    '[new Map([[[, 1], { "a b": undefined }], [new Date("2020-01-01T00:00:00.000Z"), new Set([-0, NaN])]])]',
  ),
];

export const REFUSED: readonly RefusedCase[] = [
  refused('refused-loop.ts', /in a loop/),
  refused('refused-each.ts', /run several times/, NUMBER, 't 1'),
  refused('refused-shared-helper.ts', /function holds, which is used elsewhere/),
  refused('refused-other-file.ts', /no call of fc\.assert was found/),
  refused('refused-path.ts', /have a `path`/),
  refused('refused-computed.ts', /are computed/),
  refused('refused-imported-options.ts', /`options`, whose type may have no `examples`/),
  refused('refused-syntax.ts', /cannot be parsed \(.*\(3:/),
  refused('refused-same-name.ts', /several tests/),
  refused('refused-arity.ts', /takes 2 values, and the input has 1/),
  refused('refused-few-runs.ts', /allows fewer runs/),
  refused('refused-few-runs-variable.ts', /allows fewer runs/),
  refused('refused-spread-behind.ts', /replaced by an object that is spread after/),
  refused('refused-two-spreads.js', /put together from several objects/),
  refused('added-line.ts', /no test of this name/, NUMBER, 'T'),
  refused('added-line.ts', /more than plain values/, '[process.exit()]'),
  refused('options-variable.ts', /more than plain values/, '[(0, 123456)]'),
];
