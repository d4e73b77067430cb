import { decodeChoices } from '../../src/choice/encoding';
import type { KnownFailure } from '../channel/messages';
import type { TargetLoop } from './loop/targetLoop';

/** Of each loop, by origin key: what it was reported last. */
const reported = new WeakMap<TargetLoop, Map<string, string>>();

/** Tells a loop what other processes do about a failure. Returns whether that is enough: it is not to be run again. */
export function reportHolder(loop: TargetLoop, { originKey, choices, held }: KnownFailure): boolean {
  const known = reported.get(loop) ?? new Map<string, string>();
  reported.set(loop, known);
  const { fuzzer } = loop;
  if (!held) {
    if (known.delete(originKey)) fuzzer.releaseFailure(originKey);
    return false;
  }
  // Of those that are simple, once for each input.
  const what = held.type === 'working' ? 'working' : Buffer.from(choices).toString('base64');
  if (known.get(originKey) === what) return true;
  known.set(originKey, what);
  if (held.type === 'working') fuzzer.holdFailure(originKey);
  else fuzzer.knowFailure({ ...held, choices: decodeChoices(choices) });
  return true;
}
