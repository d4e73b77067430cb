import { createHash } from 'node:crypto';
import { fromBlob, toBlob } from '../../src/choice/encoding';
import type { Choices } from '../../src/choice/choices';

/**
 * What `FUZZ_REPLAY` holds: an input and the property it belongs to, `fz1-<choices>.<hash of file><hash of property>`.
 * It needs no database, so it may be pasted into an issue and used on another machine. The hashes tell a changed test
 * from a fixed one; they hold the file's base name only, as roots differ.
 */
export interface ReplayToken {
  readonly choices: Choices;
  /** As `toBlob` writes the choices. */
  readonly blob: string;
  readonly fileHash: string;
  readonly propertyHash: string;
}

/** `testName` as `testNameOf` gives it. */
export function replayToken(blob: string, file: string, testName: string, ordinal: number): string {
  return `${blob}.${hashOfFile(file)}${hashOfProperty(file, testName, ordinal)}`;
}

/** Reads what `replayToken` wrote; space around it is ignored. Throws an Error with what to do. */
export function parseReplayToken(text: string): ReplayToken {
  const [, blob, fileHash, propertyHash] = /^\s*(fz\d+-[\w-]+)\.([\da-f]{6})([\da-f]{10})\s*$/.exec(text) ?? [];
  if (blob === undefined || fileHash === undefined || propertyHash === undefined) {
    const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
    throw new Error(
      `Expected FUZZ_REPLAY to be a replay blob like "fz1-AQA.0123456789abcdef" but received ${JSON.stringify(shown)}. ` +
        'Copy the whole replay command of the failure again.',
    );
  }
  const choices = fromBlob(blob);
  return { choices, blob: toBlob(choices), fileHash, propertyHash };
}

export function isForFile(token: ReplayToken, file: string): boolean {
  return token.fileHash === hashOfFile(file);
}

export function isForProperty(token: ReplayToken, file: string, testName: string, ordinal: number): boolean {
  return token.propertyHash === hashOfProperty(file, testName, ordinal);
}

function hashOfFile(file: string): string {
  return hash(baseName(file)).slice(0, 6);
}

function hashOfProperty(file: string, testName: string, ordinal: number): string {
  return hash(JSON.stringify([baseName(file), testName, ordinal])).slice(0, 10);
}

function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}

function hash(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
