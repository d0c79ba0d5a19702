// What every kind of resource tells about itself: a row of the table in kinds.ts, by which resources are found and shown, and one of
// that in judges.ts, by which what is written is judged.
import type { ZodMiniType } from "./lazy-zod.ts";
import type { Resource } from "./resource.ts";
import type { Violation } from "./violation.ts";

export interface PolicyTraits {
  /** Kuma's plugin order: lower generates first. */
  readonly order: number;
  readonly to: boolean;
  readonly from: boolean;
  readonly rules: boolean;
  /** `from` is folded into `rules` without matches (Kuma: IsFromAsRules). */
  readonly fromAsRules: boolean;
  /** Where one of its `rules` holds for an inbound, no `from` does. */
  readonly rulesAlone?: boolean;
  /** It speaks of the proxy as a whole: one `default` at the spec's top. */
  readonly proxy?: boolean;
  /** What its rules say of a whole mesh holds for the calls of its proxies too (MeshTLS: versions and ciphers). */
  readonly bothEnds?: boolean;
  /** Its `from` may tell clients apart by tags; where no certificate says them, clients must. */
  readonly clientTags?: boolean;
  /** Labels by which it tells endpoints apart: keys that this policy names. */
  readonly endpointLabels?: (spec: never) => readonly string[];
}

export interface OlderTraits {
  /** The policies that it acts as. */
  readonly becomes: readonly string[];
}

/** Where a private key stands in a spec. */
export interface KeyPlace {
  /** Steps to its data source. */
  readonly at: readonly (string | number)[];
  /** Names the key within its resource: one that answers withheld and that comes back is known by it. */
  readonly slot: string;
}

/** What a rule may ask beside the resource. */
export interface Around {
  /** The row of a type in the table of kinds, which no kind can import. */
  readonly kindOf: (type: string) => Kind | undefined;
}

export interface Kind<Spec = unknown> {
  readonly type: string;
  /** REST plural: `meshtimeouts`. */
  readonly path: string;
  readonly aliases: readonly string[];
  /** In a KRI: `mt`. */
  readonly shortName: string;
  readonly scope: "Mesh" | "Global";
  /** `flat`: spec fields stand at top level beside name (Kuma's protobuf kinds); `spec`: below `spec`. */
  readonly envelope: "flat" | "spec";
  readonly singularDisplayName: string;
  readonly pluralDisplayName: string;
  /** Nobody may write it over REST (insights). */
  readonly readOnly: boolean;
  /** RFC 1035 label of at most 63 (true) or RFC 1123 subdomain of at most 253. */
  readonly shortNames: boolean;
  /** What a relay may see of it in a view. */
  readonly relay: "none" | "public" | "all";
  /** Reading needs an admin's grant (Secret, GlobalSecret). */
  readonly secret: boolean;
  /** For kinds of which a relay sees the public part: the spec without what it must not see. */
  readonly publicPart?: (spec: Spec) => Spec;
  /** Data sources of private keys: what is inline there, the store seals and answers withhold. */
  readonly keyPlaces?: (spec: Spec) => readonly KeyPlace[];
  /** The resource as answers and views show it, where that differs from what is stored: members that follow from its status. */
  readonly shown?: (resource: Resource<Spec>) => Resource<Spec>;
  /** Members that answers show beside the spec (`snis`); computed, and ignored when sent. */
  readonly beside?: (resource: Resource<Spec>) => Readonly<Record<string, unknown>>;
  /** Part of what answers show follows from other resources: its ETag says nothing of that part. */
  readonly computed?: boolean;
  /** What it says holds in all zones: no zone can have one of its own. */
  readonly everywhere?: true;
  readonly policy?: PolicyTraits;
  /** An older policy: it acts by translation into others. */
  readonly older?: OlderTraits;
}

/** What a spec of the kind is judged by, and made of it. */
export interface Judge<Spec = unknown> {
  /** Shape of the spec; refuses unknown fields. */
  readonly shape: ZodMiniType<Spec>;
  /** Fills what Kuma fills on write; absent = nothing. */
  readonly complete?: (spec: Spec) => Spec;
  /** What of a written spec is stored; absent = all. */
  readonly written?: (spec: Spec) => Spec;
  /**
   * Rules beyond shape; paths begin at the spec (`to[0].targetRef.kind`, `networking.address`). A spec of wrong shape is told
   * of those that hold however it is put right (whatever-stood.ts).
   */
  readonly validate: (resource: Resource<Spec>, around: Around) => readonly Violation[];
  /** What a write should be told although it is accepted; Kuma's `warnings`. */
  readonly warn?: (resource: Resource<Spec>) => readonly string[];
}
