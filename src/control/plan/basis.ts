// What a plan stands on: the resources that it writes as they were, as they would be, and what that does in kind.
import type { Kinds } from "./kinds.ts";

export interface Basis {
  /** Where it was made, joins and all that is no revision included. */
  readonly sequence: number;
  readonly written: Written;
  readonly kinds: Kinds;
}

/** By keyText: the ETag before (null = nothing stood there), and a hash of what would stand (null = nothing). */
export type Written = Readonly<Record<string, readonly [etag: string | null, after: string | null]>>;
