/** What tells failures apart. */
export interface Origin {
  /** Text of everything that counts: equal keys are the same failure. */
  readonly key: string;
  /** Class of the error (`TypeError`), or what was done instead of throwing one (`returned false`, `hang`). */
  readonly errorClass: string;
  /** First frame of the user's own code; null when there is none. */
  readonly place: Place | null;
  /** Where in a package that the test file imports it was thrown: `postcss/lib/parser.js:598:12`; absent if it was not. */
  readonly inside?: string;
}

/** A place in the user's code, after source maps. */
export interface Place {
  /** Relative to the root, with forward slashes. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly functionName: string | null;
}
