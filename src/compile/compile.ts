// The conductor: views → snapshot of one zone. The only place that calls match, xds and snapshot in sequence.
import type { Digest } from "#model/json.ts";
import type { View } from "#model/view.ts";
import type { Snapshot } from "#snapshot/manifest.ts";

/** Rises when the same view may compile to other bytes; a relay of another version never replaces signed resources. */
export const COMPILER_VERSION = 1;

export interface CompileInput {
  readonly zone: string;
  /** Every mesh of the tenant that the zone takes part in, sorted by name. */
  readonly views: readonly View[];
}

/** A mistake of one resource that did not stop the rest. */
export interface CompileFault {
  readonly kri: string;
  readonly field: string;
  readonly reason: string;
}

export interface Compiled {
  readonly snapshot: Snapshot;
  readonly faults: readonly CompileFault[];
  /** What the next compile may reuse; opaque. */
  readonly memo: CompileMemo;
}

/** Opaque to callers. */
export interface CompileMemo {
  readonly brand: "compile-memo";
}

/**
 * Compiles a zone. A function of its input: `previous` changes the time it takes and never a byte of the result.
 * Never throws for what users wrote: faults are collected per resource and the rest is served.
 */
export declare function compile(input: CompileInput, digest: Digest, previous?: CompileMemo): Compiled;
