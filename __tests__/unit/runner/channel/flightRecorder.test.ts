import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeChoices, encodeChoices } from '../../../../src/choice/encoding';
import { Random } from '../../../../src/choice/random';
import { Tape } from '../../../../src/property/tape';
import { FlightRecorder } from '../../../../runner/channel/flightRecorder';

/** What another thread reads of a tape that generated from `arbitrary`, beside what the tape itself says. */
function recorded(arbitrary: fc.Arbitrary<unknown>, biased: boolean, recorder = new FlightRecorder()) {
  const tape = new Tape(new Random(7));
  tape.start({ type: 'random', biased });
  arbitrary.generate(tape.root, biased ? 3 : undefined);
  recorder.enter('target', 1000);
  recorder.beginInput(tape);
  const read = new FlightRecorder(recorder.memory).inFlight()!;
  return { read, tape };
}

describe('what was in flight can be read from the same memory', () => {
  const generators: Record<string, fc.Arbitrary<unknown>> = {
    numbers: fc.array(fc.integer(), { minLength: 3 }),
    'no choices': fc.constant(1),
    bigints: fc.tuple(fc.nat(), fc.bigInt()),
    forks: fc.tuple(
      fc.nat(),
      fc.infiniteStream(fc.nat()).map((stream) => [...stream.take(3)]),
    ),
  };
  for (const [name, arbitrary] of Object.entries(generators)) {
    test.each([true, false])(`${name}, biased: %s`, (biased) => {
      const { read, tape } = recorded(arbitrary, biased);
      expect(read.targetId).toBe('target');
      expect(decodeChoices(read.choices)).toEqual(decodeChoices(encodeChoices(tape.choices())));
      expect(decodeChoices(read.choices).biased).toBe(biased);
    });
  }

  test('one form after another in the same memory', () => {
    const recorder = new FlightRecorder();
    for (const arbitrary of [generators['bigints']!, generators['numbers']!, generators['bigints']!]) {
      const { read, tape } = recorded(arbitrary, false, recorder);
      expect(decodeChoices(read.choices)).toEqual(tape.choices());
    }
  });

  test('an input that is over is not in flight', () => {
    const recorder = new FlightRecorder();
    recorded(fc.nat(), false, recorder);
    recorder.end();
    expect(recorder.inFlight()).toBeNull();
  });

  test('each input is a sign of life', () => {
    const recorder = new FlightRecorder();
    const before = recorder.heartbeat;
    recorded(fc.nat(), false, recorder);
    expect(recorder.heartbeat).not.toBe(before);
  });
});

test('inputs are counted from the beginning of the slice, whatever their form', () => {
  const recorder = new FlightRecorder();
  const all = [fc.nat(), fc.bigInt(), fc.nat()];
  expect(all.map((arbitrary) => recorded(arbitrary, false, recorder).read.inputs)).toEqual([1, 2, 3]);
  recorder.startSlice();
  expect(recorded(fc.nat(), false, recorder).read.inputs).toBe(1);
});
