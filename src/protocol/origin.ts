/** Where and how a failure happens. Two failures of a target with equal origins are the same failure. */
export interface Origin {
  /** All parts of the origin that are compared, as one text: equal keys mean the same failure. */
  readonly key: string;
  /** Class of the error (`TypeError`), or what happened instead of an error (`returned false`, `hang`). */
  readonly errorClass: string;
  /** First frame of the user's own code; null when there is none. */
  readonly place: Place | null;
  /**
   * The place in a package that threw the error, when the test file imports that package:
   * `postcss/lib/parser.js:598:12`. Missing otherwise.
   */
  readonly inside?: string;
}

/** A place in the user's original source, after source maps were applied. */
export interface Place {
  /** Relative to the root, with forward slashes. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly functionName: string | null;
}
