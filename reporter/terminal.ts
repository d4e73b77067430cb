import { explanationText } from '../src/protocol/explanation';
import { shortRate } from '../src/protocol/failureRate';
import { isOpen } from '../src/protocol/failureStates';
import type { CampaignState } from '../src/protocol/state';
import type { FailureSnapshot } from '../src/protocol/failure';
import type { NotCollected } from '../src/protocol/notCollected';
import type { FleetTotals, RunEnd } from '../src/protocol/run';

/** Wraps text in terminal colors, or leaves it as it is. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
}

export const PLAIN: Paint = { bold: same, dim: same, red: same, green: same, yellow: same };

export const COLORED: Paint = {
  bold: (text) => `\u001b[1m${text}\u001b[22m`,
  dim: (text) => `\u001b[2m${text}\u001b[22m`,
  red: (text) => `\u001b[31m${text}\u001b[39m`,
  green: (text) => `\u001b[32m${text}\u001b[39m`,
  yellow: (text) => `\u001b[33m${text}\u001b[39m`,
};

function same(text: string): string {
  return text;
}

/** One line about a running campaign: `fuzzing 12s │ 3 targets │ 1.2M inputs (98k/s) │ …`. */
export function progressLine(state: CampaignState, paint: Paint): string {
  const { run } = state;
  if (run === null) return '';
  const { totals } = run;
  const budget = run.budgetSeconds === null ? '' : ` of ${formatSeconds(run.budgetSeconds)}`;
  const parts = [
    `${paint.bold(run.state)} ${formatSeconds(run.wallSeconds)}${run.state === 'fuzzing' ? budget : ''}`,
    count(totals.targets, 'target'),
    `${formatCount(totals.inputs)} inputs (${formatCount(totals.inputsPerSecond)}/s)`,
    `${formatCount(totals.behaviors)} behaviors${since(totals.sinceNewBehaviorSeconds)}`,
    totals.failures === 0 ? 'no failures' : paint.red(count(totals.failures, 'distinct failure')),
  ];
  return parts.join(paint.dim(' │ '));
}

/** The lines that are printed when a failure is confirmed. */
export function failureLine(failure: FailureSnapshot, paint: Paint): string {
  const place = placeOf(failure);
  const label = failure.state === 'minimal' ? 'minimal' : failure.state === 'flaky' ? 'flaky' : 'failure';
  return (
    `${paint.red(`✕ ${label}`)} ${paint.bold(failure.testName)}\n` +
    `    ${failure.errorName}${place === '' ? '' : ` at ${place}`}: ${oneLine(failure.message)}\n` +
    `    ${paint.dim('input')} ${shorten(failure.input, 200)}`
  );
}

/** The text at the end of a run: every distinct failure, the tests that were not fuzzed, and the next step. */
export function summary(state: CampaignState, paint: Paint): string {
  const { run } = state;
  if (run === null) return '';
  const lines: string[] = [''];
  const failures = [...state.failures.values()]
    .filter((failure) => isOpen(failure.state) && state.targets.has(failure.targetId))
    .sort((a, b) => b.choices - a.choices);
  const skipped = [...state.notCollected.values()];
  lines.push(
    paint.bold('Fuzzing summary'),
    `  ${ENDS[run.ended ?? 'error']} after ${formatSeconds(run.wallSeconds)}, seed ${run.seed}, ${count(run.workers, 'worker')}`,
    `  ${formatCount(run.totals.inputs)} inputs, ${formatCount(run.totals.behaviors)} behaviors in ${count(run.totals.targets, 'target')}`,
  );
  if (run.fleet !== undefined) lines.push(`  ${fleetText(run.fleet)}`);
  const exhausted = [...state.targets.values()].filter((target) => target.status === 'exhausted');
  for (const target of exhausted) {
    lines.push(`  ${paint.green('✓')} every possible input of "${target.testName}" was run`);
  }
  for (const target of state.targets.values()) {
    if (target.status === 'blocked') lines.push(`  ${paint.yellow('!')} "${target.testName}": ${target.detail ?? ''}`);
  }
  if (skipped.length > 0) lines.push(`  ${paint.dim(notCollectedText(skipped))}`);
  lines.push('');
  if (failures.length === 0) {
    lines.push(paint.green('  No failures.'), '');
    return lines.join('\n');
  }
  lines.push(paint.red(paint.bold(`  ${count(failures.length, 'distinct failure')}`)), '');
  failures.forEach((failure, index) => lines.push(...failureBlock(failure, failures.length - index, paint)));
  lines.push(
    `  They are saved: plain ${paint.bold('npx jest')} replays them first, until they are fixed`,
    '  (with the preset, or "fuzz-runner/setup" in setupFilesAfterEnv).',
    '',
  );
  return lines.join('\n');
}

function fleetText({ fuzzers, inputs, behaviors, cpuSeconds }: FleetTotals): string {
  const all = `${formatCount(inputs)} inputs, ${formatCount(behaviors)} behaviors, ${formatSeconds(cpuSeconds)} of CPU time`;
  return `${count(fuzzers, 'fuzzer')} of this database together: ${all}`;
}

function stateText({ state, reruns }: FailureSnapshot): string {
  return state === 'flaky' && reruns !== undefined ? `flaky: ${shortRate(reruns)}` : state;
}

function describeExplanation({ explanation, state }: FailureSnapshot): readonly string[] {
  return state === 'flaky' ? [] : explanationText(explanation);
}

function failureBlock(failure: FailureSnapshot, number: number, paint: Paint): string[] {
  const place = placeOf(failure);
  return [
    `  ${paint.red(`${number})`)} ${paint.bold(failure.testName)} ${paint.dim(failure.file)}`,
    `     ${paint.red(failure.errorName)}${place === '' ? '' : ` at ${place}`} ${paint.dim(`(${stateText(failure)})`)}`,
    ...firstLines(failure.message, 3).map((line) => `     ${line}`),
    `     ${paint.dim('input ')} ${shorten(failure.input, 400)}`,
    ...describeExplanation(failure).map((line) => `     ${paint.dim(line)}`),
    `     ${paint.dim('replay')} ${failure.replayCommand}`,
    '',
  ];
}

const ENDS: Record<RunEnd, string> = {
  budget: 'Time is up',
  interrupted: 'Interrupted',
  failure: 'Stopped at the first failure',
  'nothing-to-learn': 'Nothing is left to learn',
  'no-targets': 'Found no property to fuzz',
  error: 'Ended by an error',
};

function notCollectedText(entries: readonly NotCollected[]): string {
  const byReason = new Map<string, number>();
  for (const entry of entries) byReason.set(entry.reason, (byReason.get(entry.reason) ?? 0) + 1);
  const reasons = [...byReason].map(([reason, times]) => `${times} × ${reason}`);
  return `not fuzzed: ${reasons.join(' · ')}`;
}

function placeOf(failure: FailureSnapshot): string {
  const { place, inside } = failure.origin;
  if (place === null) return '';
  return `${place.file}:${place.line}:${place.column}${inside === undefined ? '' : ` in ${inside}`}`;
}

function since(seconds: number | null): string {
  return seconds === null ? '' : `, last new ${formatSeconds(seconds)} ago`;
}

function firstLines(text: string, most: number): string[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.length <= most ? lines : [...lines.slice(0, most), '…'];
}

function oneLine(text: string): string {
  return shorten(text.split('\n').find((line) => line.trim() !== '') ?? '', 160);
}

function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length} characters)`;
}

function count(number: number, word: string): string {
  return `${formatCount(number)} ${word}${number === 1 ? '' : 's'}`;
}

/** `999`, `1.2k`, `3.4M`. */
function formatCount(number: number): string {
  if (number < 1000) return String(Math.round(number));
  const [scaled, unit] = number < 1e6 ? [number / 1e3, 'k'] : number < 1e9 ? [number / 1e6, 'M'] : [number / 1e9, 'G'];
  return `${scaled < 100 ? scaled.toFixed(1) : Math.round(scaled)}${unit}`;
}

/** `0.4s`, `12s`, `3m 05s`, `2h 10m`. */
function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${Number(seconds.toFixed(1))}s`;
  if (seconds < 60) return `${Math.round(seconds)}s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${String(whole % 60).padStart(2, '0')}s`;
  return `${Math.floor(whole / 3600)}h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')}m`;
}
