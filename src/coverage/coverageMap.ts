import type { ComparisonLog } from './comparisons/comparisonLog';
import { CaughtErrors } from './caughtErrors';
import type { Edge } from './source/edges';
import { mix32 } from './source/hash';
import type { ComparisonSite } from './comparisons/findings';
import { bucketTable, layoutFor, STEP, type Scan } from './scan/scanLayout';
import { plainScanner } from './scan/scanPlain';
import { wasmScanner } from './scan/scanWasm';

/** The counters and functions that an instrumented module gets when it is loaded. */
export interface ModuleProbes {
  /** By edge of the module; wraps around at 256. */
  readonly counters: Uint8Array;
  /** `flag[0]` is 1 while comparisons are recorded. */
  readonly flag: Uint8Array;
  readonly compare: (site: number, left: unknown, right: unknown) => void;
  /** Reports an error that reached a `catch`; `edge` leads to the clause. */
  readonly caught: (edge: number, error: unknown) => void;
}

/** The facts about a file that a map needs; an `Instrumented` has them. */
export interface CoveredFile {
  readonly key: string;
  readonly file: string;
  readonly edges: readonly Edge[];
  readonly sites: readonly ComparisonSite[];
}

export interface CoverageMapOptions {
  /** Edges that can be counted; 1,048,576 by default, for which 5 MiB are reserved. */
  readonly capacity?: number;
  /**
   * Recognizes a Proxy, whose traps would run if its properties were read: `isProxy` of `node:util`. By default, no
   * value is taken for a Proxy.
   */
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
 * `register`; the index has a meaning only in this map, but the id that `idOf` returns has one everywhere.
 *
 * Invariant: a file keeps its region for the life of the map, as long as its text is the same. Jest evaluates a module
 * anew in every test file, and modules of an earlier test file may still run.
 */
export class CoverageMap {
  /**
   * After `scan`: edge index * 8 + bucket, rising. Valid up to the number that `scan` returned, until the next scan.
   */
  readonly hits: Uint32Array;
  /** True after a file found no room; the edges of such a file are not counted. */
  isFull = false;
  readonly #log: ComparisonLog;
  readonly #capacity: number;
  readonly #counters: Uint8Array;
  readonly #lanes: Uint32Array;
  readonly #scan: Scan;
  readonly #regions = new Map<string, Region>();
  readonly #caughtErrors: CaughtErrors;
  /** The region of each edge index, and of each site. */
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

  /** Number of edges registered so far; every edge index is below it. */
  get edgeCount(): number {
    return this.#edgeRegions.length;
  }

  /** Makes room for a file that has none yet. Returns false if no room is left. */
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
   * The probes of the module with this key: the same counters each time the module is evaluated. A module that was not
   * registered, or for which there was no room, gets counters that no scan reads.
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

  /** Adds a feature that is no edge of a file's code. Returns its counter, or null if no room is left. */
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
    if (region === undefined || edge === undefined) throw outOfRange('an edge', edgeIndex, this.edgeCount);
    return { ...edge, file: region.covered.file };
  }

  /** The place of a recorded comparison in the code. */
  siteOf(site: number): ComparisonSite & { readonly file: string } {
    const region = this.#siteRegions[site];
    const found = region?.covered.sites[site - region.firstSite];
    if (region === undefined || found === undefined) throw outOfRange('a site', site, this.#siteRegions.length);
    return { ...found, file: region.covered.file };
  }
}

/** A hit is an index times 8 plus a bucket, and has 32 bits. Memory is limited, too. */
const MAX_CAPACITY = 1 << 26;

function ignore(): void {}

function outOfRange(what: string, index: number, count: number): RangeError {
  return new RangeError(`Expected the index of ${what} of this coverage map, below ${count}, but received ${index}.`);
}
