import { describe, expect, test } from '@jest/globals';
import { corpusCodec } from '../../../../src/database/records/corpusCodec';

const ENTRY = {
  targetId: 'a.test.js :: ü :: 0',
  choices: Uint8Array.of(1, 0, 2, 4, 8, 0),
  behaviors: ['0123456789abcdef', 'fedcba9876543210'],
  isOptimal: true,
};

describe('a corpus entry as bytes', () => {
  test('keeps the code that found it, as much of it as is known', () => {
    for (const from of [
      { commit: '0123456789ab', fastCheck: '4.10.2' },
      { fastCheck: '3.0.0' },
      { commit: 'ab' },
      {},
    ]) {
      expect(corpusCodec.decode(corpusCodec.encode({ ...ENTRY, from }))).toEqual({ ...ENTRY, from });
    }
  });

  test('is read without it, as older versions wrote it, and with what newer ones may add', () => {
    const bytes = corpusCodec.encode(ENTRY);
    expect(corpusCodec.decode(bytes)).toEqual(ENTRY);
    const from = { commit: '0123456789ab', fastCheck: '4.10.2' };
    const newer = Buffer.concat([corpusCodec.encode({ ...ENTRY, from }), Buffer.from('more')]);
    expect(corpusCodec.decode(newer)).toEqual({ ...ENTRY, from });
  });

  test('that was cut off anywhere is no other entry', () => {
    const bytes = corpusCodec.encode({ ...ENTRY, from: { commit: '0123456789ab', fastCheck: '4.10.2' } });
    const withoutFrom = corpusCodec.encode(ENTRY).length;
    for (let length = 0; length < bytes.length; length += 1) {
      if (length === withoutFrom) continue;
      expect(() => corpusCodec.decode(bytes.subarray(0, length))).toThrow(/cut off|empty/);
    }
  });
});
