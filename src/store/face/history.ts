// What was committed, by revision and by resource.
import type { Resource, ResourceKey } from "#model/resource.ts";

export interface RevisionRecord {
  readonly revision: number;
  readonly actor: string;
  /** The API token that the actor is; null where it is none. */
  readonly token: { readonly id: string; readonly name: string } | null;
  readonly reason: string;
  readonly time: string;
  readonly changes: readonly {
    readonly key: ResourceKey;
    readonly before: Resource | null;
    readonly after: Resource | null;
  }[];
}

/** Which revisions: those that wrote something that `type`, `mesh` (its Mesh included) and `name` describe, with those changes alone. */
export interface RevisionQuery {
  readonly before?: number;
  readonly size: number;
  readonly type?: string;
  readonly mesh?: string;
  readonly name?: string;
  /** An actor, or the id or name of an API token. */
  readonly actor?: string;
  /** RFC 3339. */
  readonly since?: string;
}

/** What the revisions of a range, taken together, did to one resource. */
export interface Passage {
  readonly key: ResourceKey;
  /** Before the first and after the last of them. */
  readonly before: Resource | null;
  readonly after: Resource | null;
  readonly first: number;
  readonly last: number;
  /** What stood before was a proxy of its stream, and no user's. */
  readonly stream: boolean;
  /** How many of them deleted it. */
  readonly deletions: number;
}

/** Revisions above `from`, up to `to`. */
export interface RevisionRange {
  readonly from: number;
  readonly to: number;
}

/** Where and when a revision was committed, without what it changed. */
export interface RevisionMoment {
  readonly revision: number;
  readonly epoch: number;
  readonly sequence: number;
  readonly actor: string;
  readonly reason: string;
  readonly time: string;
}

/** All reading of one tenant's revisions. */
export interface TenantHistory {
  /** Newest first. */
  revisions(query: RevisionQuery): Promise<readonly RevisionRecord[]>;
  /** By mesh, type and name, a page at a time; only resources that a revision of the range wrote are read. */
  passages(
    range: RevisionRange,
    page: {
      readonly offset: number;
      readonly size: number;
      readonly type?: string;
      readonly mesh?: string;
      readonly name?: string;
    },
  ): Promise<readonly Passage[]>;
  /** The first later revision that wrote a resource which this one wrote, or one in a mesh that this one made; by mesh, type and name. */
  overwrites(revision: number): Promise<readonly { readonly key: ResourceKey; readonly by: number }[]>;
  /** The oldest revision that is kept; null where there is none. */
  oldestRevision(): Promise<{ readonly revision: number; readonly time: string } | null>;
  /** Newest first. */
  revisionMoments(range: { readonly from: number; readonly to: number }): Promise<readonly RevisionMoment[]>;
}
