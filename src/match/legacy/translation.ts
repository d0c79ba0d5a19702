// What a translation is: one older policy, as one of those that select by targetRef.
import type { RouteBackendRef } from "#model/backend-ref.ts";
import type { MeshSpec } from "#model/kind/mesh.ts";
import type { Protocol, Tags } from "#model/tag.ts";

/** A destination, as far as an older policy's meaning depends on it. */
export interface Aim {
  /** The value of kuma.io/service. */
  readonly service: string;
  /** All tags of the outbound. */
  readonly tags: Tags;
  readonly protocol: Protocol;
}

/** Of several that hold for an inbound: the strongest alone, each of them, or for each client the strongest source, which then comes first. */
export type Acting = "strongest" | "each" | "strongest source";

interface Both {
  /** The older type. */
  readonly from: string;
  /** The type as which it acts. */
  readonly to: string;
}

/** About what a client sends. For one connection the strongest alone holds; a conf of null says nothing. */
interface Outbound<Spec> extends Both {
  readonly about: "outbound";
  readonly conf: (spec: Spec, aim: Aim, mesh: MeshSpec) => unknown;
  /** Where a conf for the destination may lead, whatever it speaks. */
  readonly refs?: (spec: Spec, tags: Tags) => readonly RouteBackendRef[];
}

/** About what an inbound takes; null leaves the policy out. */
interface Inbound<Spec> extends Both {
  readonly about: "inbound";
  readonly acting: Acting;
  readonly conf: (spec: Spec) => unknown;
}

/** About the proxy as a whole: the strongest alone holds. */
interface Proxy<Spec> extends Both {
  readonly about: "proxy";
  readonly conf: (spec: Spec, mesh: MeshSpec) => unknown;
}

export type Translation<Spec = never> = Outbound<Spec> | Inbound<Spec> | Proxy<Spec>;
