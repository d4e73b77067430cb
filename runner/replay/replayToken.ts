import { createHash } from 'node:crypto';
import { fromBlob, toBlob } from '../../src/choice/encoding';
import type { Choices } from '../../src/choice/choices';

/**
 * The value of `FUZZ_REPLAY`: an input and its property, as `fz1-<choices>.<hash of file><hash of property>`. It needs no
 * database, so it can be pasted into an issue and used on another machine. The hashes show when a test was renamed, so
 * that it does not look like a fixed test. They are made from the base name of the file, because root directories
 * differ.
 */
export interface ReplayToken {
  readonly choices: Choices;
  /** The choices as `toBlob` writes them. */
  readonly blob: string;
  readonly fileHash: string;
  readonly propertyHash: string;
}

/** Writes a token. `testName`: the name that `testNameOf` returns. */
export function replayToken(blob: string, file: string, testName: string, ordinal: number): string {
  return `${blob}.${hashOfFile(file)}${hashOfProperty(file, testName, ordinal)}`;
}

/** Reads a token; space around it is ignored. Throws an Error that names the next step. */
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

/** Whether a token was made for a test file, or for another file with the same base name. */
export function isForFile(token: ReplayToken, file: string): boolean {
  return token.fileHash === hashOfFile(file);
}

/** Whether a token was made for this property: the check call `ordinal` of this test. */
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
