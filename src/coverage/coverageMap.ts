import type { ComparisonLog } from './comparisons/comparisonLog';
import { CaughtErrors } from './caughtErrors';
import type { Edge } from './source/edges';
import { mix32 } from './source/hash';
import type { ComparisonSite } from './comparisons/findings';
import { bucketTable, layoutFor, STEP, type Scan } from './scan/scanLayout';
import { plainScanner } from './scan/scanPlain';
import { wasmScanner } from './scan/scanWasm';

/** What an instrumented module is given as it is loaded. */
export interface ModuleProbes {
  /** By edge of the module; wraps around at 256. */
  readonly counters: Uint8Array;
  /** `flag[0]` is 1 while comparisons are recorded. */
  readonly flag: Uint8Array;
  readonly compare: (site: number, left: unknown, right: unknown) => void;
  /** Tells what reached a `catch`, by the edge that leads to it. */
  readonly caught: (edge: number, error: unknown) => void;
}

/** What a map must know of a file; an `Instrumented` is one. */
export interface CoveredFile {
  readonly key: string;
  readonly file: string;
  readonly edges: readonly Edge[];
  readonly sites: readonly ComparisonSite[];
}

export interface CoverageMapOptions {
  /** Edges that can be counted; 1,048,576 by default, for which 5 MiB are reserved. */
  readonly capacity?: number;
  /** Tells a Proxy, whose traps would run if it were looked into: `isProxy` of `node:util`. By default nothing is one. */
  readonly isProxy?: (value: unknown) => boolean;
  /** False: scan without WebAssembly, for comparison in tests. */
  readonly useWasm?: boolean;
}

interface Region {
  readonly firstEdge: number;
  readonly firstSite: number;
  readonly covered: CoveredFile;
}

/**
 * The counters of all instrumented modules of one worker thread. An edge has an index from 0, in the order of
 * `register`; it means nothing outside of this map (`idOf` does).
 *
 * Invariant: a file with one text keeps its region for the life of the map, because Jest evaluates a module anew in
 * every test file and modules of an earlier one may still run.
 */
export class CoverageMap {
  /** After `scan`: edge index * 8 + bucket, rising; valid up to the number it returned, until the next scan. */
  readonly hits: Uint32Array;
  /** True once a file found no room; its edges are then not counted. */
  isFull = false;
  readonly #log: ComparisonLog;
  readonly #capacity: number;
  readonly #counters: Uint8Array;
  readonly #lanes: Uint32Array;
  readonly #scan: Scan;
  readonly #regions = new Map<string, Region>();
  readonly #caughtErrors: CaughtErrors;
  /** By edge index and by site: where each belongs. */
  readonly #edgeRegions: Region[] = [];
  readonly #siteRegions: Region[] = [];

  constructor(log: ComparisonLog, options: CoverageMapOptions = {}) {
    const { capacity = 1 << 20, useWasm = true, isProxy = () => false } = options;
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > MAX_CAPACITY) {
      throw new RangeError(
        `Expected the capacity of the coverage map to be an integer from 1 to ${MAX_CAPACITY} but received ${capacity}.`,
      );
    }
    const layout = layoutFor(capacity);
    const scanner = (useWasm ? wasmScanner(layout) : null) ?? plainScanner(layout);
    this.#log = log;
    this.#caughtErrors = new CaughtErrors((edge, file) => this.addFeature(edge, file), isProxy);
    this.#capacity = capacity;
    this.#scan = scanner.scan;
    this.#counters = new Uint8Array(scanner.buffer, 0, layout.capacity);
    this.hits = new Uint32Array(scanner.buffer, layout.hits, layout.capacity);
    this.#lanes = new Uint32Array(scanner.buffer, layout.fingerprint, 2);
    new Uint8Array(scanner.buffer, layout.buckets, 256).set(bucketTable());
  }

  /** Edges registered so far: indices are below. */
  get edgeCount(): number {
    return this.#edgeRegions.length;
  }

  /** Makes room for a file; does nothing if it has some. Returns false if there is none left. */
  register(covered: CoveredFile): boolean {
    if (this.#regions.has(covered.key)) return true;
    if (this.edgeCount + covered.edges.length > this.#capacity) {
      this.isFull = true;
      return false;
    }
    const region = { firstEdge: this.edgeCount, firstSite: this.#siteRegions.length, covered };
    this.#regions.set(covered.key, region);
    for (const _ of covered.edges) this.#edgeRegions.push(region);
    for (const _ of covered.sites) this.#siteRegions.push(region);
    return true;
  }

  /**
   * What the module with this key is to count with: the same counters whenever it is evaluated. A module that was
   * not registered, or found no room, is given counters that nobody reads.
   * Hand it to a sandbox as `(key, edgeCount) => map.open(key, edgeCount)`: see `COVERAGE_GLOBAL`.
   */
  open(key: string, edgeCount: number): ModuleProbes {
    const region = this.#regions.get(key);
    if (region === undefined) {
      return { counters: new Uint8Array(edgeCount), flag: new Uint8Array(1), compare: ignore, caught: ignore };
    }
    const { firstEdge, firstSite, covered } = region;
    const log = this.#log;
    const errors = this.#caughtErrors;
    return {
      counters: this.#counters.subarray(firstEdge, firstEdge + covered.edges.length),
      flag: log.flag,
      compare: (site, left, right) => {
        const { op, radix } = covered.sites[site]!;
        log.record(firstSite + site, left, right, op, radix);
      },
      caught: (edge, error) => errors.note(firstEdge + edge, error, covered.edges[edge]!, covered.file),
    };
  }

  /** Makes something countable that is no edge of a file's code: its counter, or null if there is no room. */
  addFeature(edge: Edge, file: string): Uint8Array | null {
    const key = `feature ${edge.id}`;
    if (!this.register({ key, file, edges: [edge], sites: [] })) return null;
    return this.open(key, 1).counters;
  }

  /** Forgets what was counted since the last scan. */
  reset(): void {
    this.#counters.fill(0, 0, this.edgeCount);
  }

  /** Collects what was counted into `hits` and `fingerprint`, and resets. Returns the number of hits. */
  scan(): number {
    return this.#scan(Math.ceil(this.edgeCount / STEP) * STEP);
  }

  /** A 53-bit hash of the hits of the last scan; comparable within this map only. */
  get fingerprint(): number {
    const high = mix32(this.#lanes[1]! ^ this.#lanes[0]!);
    return (high >>> 11) * 2 ** 32 + mix32(this.#lanes[0]!);
  }

  /** The id of an edge, the same in every map and on every machine. */
  idOf(edgeIndex: number): string {
    return this.edgeOf(edgeIndex).id;
  }

  edgeOf(edgeIndex: number): Edge & { readonly file: string } {
    const region = this.#edgeRegions[edgeIndex];
    const edge = region?.covered.edges[edgeIndex - region.firstEdge];
    if (region === undefined || edge === undefined) throw outOfRange('edge', edgeIndex, this.edgeCount);
    return { ...edge, file: region.covered.file };
  }

  /** Where a recorded comparison is in the code. */
  siteOf(site: number): ComparisonSite & { readonly file: string } {
    const region = this.#siteRegions[site];
    const found = region?.covered.sites[site - region.firstSite];
    if (region === undefined || found === undefined) throw outOfRange('site', site, this.#siteRegions.length);
    return { ...found, file: region.covered.file };
  }
}

/** An index times 8, plus a bucket, is a hit of 32 bits; and memory has an end. */
const MAX_CAPACITY = 1 << 26;

function ignore(): void {}

function outOfRange(what: string, index: number, count: number): RangeError {
  return new RangeError(
    `Expected the index of an ${what} of this coverage map, below ${count}, but received ${index}.`,
  );
}
