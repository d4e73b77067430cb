import * as fs from 'node:fs';
import { encodeChoices } from '../../src/choice/encoding';
import { withoutTexts, type Choices } from '../../src/choice/choices';

/** An input that is about to be executed, for example a `Tape`. */
export interface RecordedInput {
  readonly isBiased: boolean;
  /** Copies the choices when all of them are numbers and fit; returns how many, or -1. */
  copyNumbers(into: Float64Array): number;
  choices(): Choices;
}

/**
 * Records what a worker thread is doing, in shared memory that outlives the thread: when the thread hangs or ends, the
 * main thread reads which input it was running. The main thread also writes its requests into this memory, because a
 * thread in a synchronous loop receives no messages.
 *
 * Layout: the id of the target as UTF-16, the text of the input as UTF-16, Int32 words (see the constants), then the
 * choices: as doubles if all are numbers, which costs next to nothing, else encoded. In a process that may
 * crash as a whole, all of it is also written to a file, which costs a system call for each input.
 */
export class FlightRecorder {
  private readonly words: Int32Array;
  private readonly label: Uint16Array;
  private readonly text: Uint16Array;
  private readonly bytes: Uint8Array;
  /** The same memory as `bytes`. */
  private readonly numbers: Float64Array;

  private readonly all: Uint8Array;
  private readonly file: number | null;

  /** `memory`: of another thread's recorder; default: new memory. `file`: a file to which all of it is written, too. */
  constructor(
    readonly memory: SharedArrayBuffer = new SharedArrayBuffer(INPUT_AT + INPUT_BYTES),
    file: string | null = null,
  ) {
    this.label = new Uint16Array(memory, 0, LABEL_BYTES / 2);
    this.text = new Uint16Array(memory, LABEL_BYTES, TEXT_BYTES / 2);
    this.words = new Int32Array(memory, HEADER_AT, HEADER_BYTES / 4);
    this.bytes = new Uint8Array(memory, INPUT_AT);
    this.numbers = new Float64Array(memory, INPUT_AT);
    this.all = new Uint8Array(memory);
    this.file = file === null ? null : fs.openSync(file, 'w');
  }

  /** The recorder of a process that has ended, read from its file; null when the file cannot be read. */
  static read(file: string): FlightRecorder | null {
    const recorder = new FlightRecorder();
    try {
      recorder.all.set(fs.readFileSync(file).subarray(0, recorder.all.length));
    } catch {
      return null;
    }
    return recorder;
  }

  /** Asks the thread to end its slice. The thread sees the request between two inputs. */
  requestStop(): void {
    Atomics.store(this.words, STOP, 1);
  }

  clearStop(): void {
    Atomics.store(this.words, STOP, 0);
  }

  get stopRequested(): boolean {
    return this.words[STOP] === 1;
  }

  /** Shows that the thread is alive. */
  beat(): void {
    this.words[HEARTBEAT] = (this.words[HEARTBEAT]! + 1) | 0;
  }

  get heartbeat(): number {
    return Atomics.load(this.words, HEARTBEAT);
  }

  /** Called by the main thread at intervals. The thread sees from `ticks` that time passes: cheaper than a clock. */
  tick(): void {
    this.words[TICKS] = (this.words[TICKS]! + 1) | 0;
  }

  get ticks(): number {
    return this.words[TICKS]!;
  }

  /** Begins to count inputs. When a thread ends within a slice, there is no other count of its inputs. */
  startSlice(): void {
    this.words[SLICE_START] = this.words[HEARTBEAT]!;
  }

  /** Writes the target of the following inputs, and how many milliseconds each input may take. */
  enter(targetId: string, limitMs: number): void {
    this.words[LIMIT] = limitMs;
    this.words[LABEL_LENGTH] = writeText(this.label, targetId);
    this.words[TEXT_LENGTH] = 0;
    this.keep(0, INPUT_AT);
  }

  /** Writes the input as text, too: for an input that may end the thread. */
  describe(text: string): void {
    this.words[TEXT_LENGTH] = writeText(this.text, text);
    this.keep(0, INPUT_AT);
  }

  /** Called before an input is generated: the user's mappers may hang too. */
  beginGenerating(): void {
    this.words[STATE] = GENERATING;
  }

  /** Whether an input is being generated. Until it is, only the thread knows its choices. */
  get isGenerating(): boolean {
    return this.words[STATE] === GENERATING;
  }

  /** Number of the thread that records, as Node counts them in its process. */
  get threadId(): number {
    return this.words[THREAD]!;
  }

  set threadId(id: number) {
    this.words[THREAD] = id;
  }

  /** Called before an input is executed. */
  beginInput(input: RecordedInput): void {
    const count = input.copyNumbers(this.numbers);
    if (count < 0) {
      this.begin(input.choices());
      return;
    }
    const { words } = this;
    words[FORM] = input.isBiased ? BIASED_NUMBERS : NUMBERS;
    words[LENGTH] = count;
    words[STATE] = RUNNING;
    words[HEARTBEAT] = (words[HEARTBEAT]! + 1) | 0;
    if (this.file !== null) this.keep(HEADER_AT, HEADER_BYTES + count * 8);
  }

  /** Like `beginInput`, for all choices: they are written encoded, without texts. Too long choices are not written. */
  begin(choices: Choices): void {
    const encodedChoices = encodeChoices(withoutTexts(choices));
    const fits = encodedChoices.length <= this.bytes.length;
    if (fits) this.bytes.set(encodedChoices);
    this.words[FORM] = ENCODED;
    this.words[LENGTH] = fits ? encodedChoices.length : 0;
    this.words[STATE] = RUNNING;
    this.beat();
    this.keep(HEADER_AT, HEADER_BYTES + encodedChoices.length);
  }

  end(): void {
    this.words[STATE] = IDLE;
  }

  /** Milliseconds that the current input may take; null when there is none. */
  get inputLimitMs(): number | null {
    return this.words[STATE] === IDLE ? null : this.words[LIMIT]!;
  }

  /** The input that was being generated or executed; null when there was none. */
  inFlight(): InFlight | null {
    if (this.words[STATE] === IDLE) return null;
    return {
      targetId: String.fromCharCode(...this.label.subarray(0, this.words[LABEL_LENGTH])),
      text: String.fromCharCode(...this.text.subarray(0, this.words[TEXT_LENGTH])),
      choices: this.isGenerating ? new Uint8Array(0) : this.encodedChoices(),
      inputs: (this.words[HEARTBEAT]! - this.words[SLICE_START]!) | 0,
    };
  }

  /** Writes a part of the memory to the file. The end of an input is not written: the next input writes over it. */
  private keep(from: number, length: number): void {
    if (this.file !== null) fs.writeSync(this.file, this.all, from, Math.min(length, this.all.length - from), from);
  }

  private encodedChoices(): Uint8Array {
    const length = this.words[LENGTH]!;
    const form = this.words[FORM]!;
    if (form === ENCODED) return this.bytes.slice(0, length);
    return encodeChoices({ values: [...this.numbers.subarray(0, length)], forks: [], biased: form === BIASED_NUMBERS });
  }
}

export interface InFlight {
  readonly targetId: string;
  /** The input as text; empty unless it was described. */
  readonly text: string;
  /** Encoded choices; empty when they did not fit, or were still being drawn. */
  readonly choices: Uint8Array;
  /** Inputs executed since `startSlice`, including this one. */
  readonly inputs: number;
}

const LABEL_BYTES = 4096;
const TEXT_BYTES = 16 * 1024;
const HEADER_AT = LABEL_BYTES + TEXT_BYTES;
const HEADER_BYTES = 48;
const INPUT_AT = HEADER_AT + HEADER_BYTES;
const INPUT_BYTES = 256 * 1024;
const STOP = 0;
const HEARTBEAT = 1;
const STATE = 2;
const LENGTH = 3;
const LABEL_LENGTH = 4;
const TEXT_LENGTH = 5;
const LIMIT = 6;
const FORM = 7;
const TICKS = 8;
const THREAD = 9;
const SLICE_START = 10;
const IDLE = 0;
const RUNNING = 1;
const GENERATING = 2;
const ENCODED = 0;
const NUMBERS = 1;
const BIASED_NUMBERS = 2;

/** Writes as much of `text` as fits; returns its length in UTF-16 units. */
function writeText(place: Uint16Array, text: string): number {
  const length = Math.min(text.length, place.length);
  for (let i = 0; i < length; i += 1) place[i] = text.charCodeAt(i);
  return length;
}
