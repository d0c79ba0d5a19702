// The face of control: a change, and what became of it.

import type { Basis } from "#control/plan/basis.ts";
import type { ResourceKey } from "#model/resource.ts";

export interface PutResource {
  readonly key: ResourceKey;
  /** Wire form as the user sent it (already parsed JSON). */
  readonly body: unknown;
  /** From If-Match; `*` = must exist. */
  readonly ifMatch?: string;
  /** It comes out of history: what is immutable while a resource stands may be as it was. */
  readonly restored?: true;
}

export interface DeleteResource {
  readonly key: ResourceKey;
  readonly ifMatch?: string;
}

/** Out of history: the users' resources as they stood after revision `to`, or revision `undo` alone taken back. */
export type Rollback = (
  | { readonly to: number }
  | {
      readonly undo: number;
      /** What it wrote in this mesh alone: a mesh's rule has no say in what belongs to another mesh, or to none. */
      readonly mesh?: string;
    }
) & {
  /** What becomes of meshes and zones that were made since; without it a rollback that meets one is refused. */
  readonly created?: "keep" | "delete";
};

/**
 * A selection that the change manages as a whole: what is in it and not among `put` is deleted. Never what nobody wrote
 * (proxies of streams, generated services, keys, untouched defaults of a mesh).
 */
export interface Prune {
  /** All of these; then everything that is put must have them. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly meshes?: readonly string[];
  /** Left out: the types that are put, but for Mesh, Zone and secrets. */
  readonly types?: readonly string[];
  /** Nothing is put, and everything selected shall go. */
  readonly empty?: boolean;
}

/** The plan that a change commits, and where it was made: elsewhere it holds while its basis does. */
export interface PlannedAt {
  readonly plan: string;
  readonly epoch: number;
  readonly revision: number;
  /** Null: too large to keep, or of an earlier release; then no revision may have come since. */
  readonly basis: Basis | null;
}

export interface Change {
  readonly put: readonly PutResource[];
  readonly delete: readonly DeleteResource[];
  readonly reason: string;
  /** Unique for the attempt; a retry with the same id answers what the first did. */
  readonly writeId: string;
  /** Then `put` and `delete` are empty: the writer fills them in. */
  readonly rollback?: Rollback;
  readonly prune?: Prune;
  /** Commits this plan and nothing else; `put` and the like are then empty, or the same as were planned. */
  readonly planId?: string;
  /** Set by the writer alone. */
  readonly planned?: PlannedAt & { readonly author: string };
}

/** A resource that differs from what a rollback goes back to, and stays as it is. */
export interface Left extends ResourceKey {
  readonly why: string;
}

export interface Applied {
  readonly revision: number;
  readonly sequence: number;
  /** In the order of `put`. */
  readonly results: readonly {
    readonly created: boolean;
    readonly etag: string;
    readonly warnings: readonly string[];
  }[];
  /** What was written, what came with it included; empty where everything stood already. */
  readonly changes: readonly (ResourceKey & { readonly change: "created" | "updated" | "deleted" })[];
  /** Of a rollback alone. */
  readonly left?: readonly Left[];
}
