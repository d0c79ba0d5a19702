// Zones as others see them: whether they take part, and where their ingresses and egresses are reached.
import type { ZoneEgressSpec } from "./kind/zone-egress.ts";
import type { ZoneIngressSpec } from "./kind/zone-ingress.ts";
import type { Resource } from "./resource.ts";
import { LABEL } from "./tag.ts";

/** A zone ingress or egress as proxies connect to it. */
export interface ProxyPlace {
  readonly name: string;
  /** IP address or DNS name. */
  readonly address: string;
  readonly port: number;
}

export interface ZonePlace {
  readonly name: string;
  /** A disabled zone is served as before, and no other zone sends it anything. */
  readonly enabled: boolean;
  /** Where other zones connect to: those with an advertised address and port, sorted by name. */
  readonly ingresses: readonly ProxyPlace[];
  /** Where proxies of the zone itself connect to, sorted by name. */
  readonly egresses: readonly ProxyPlace[];
}

/** A ZoneIngress or a ZoneEgress: an Envoy of a zone, and of no mesh. */
export type ZoneProxy = Resource<ZoneIngressSpec> | Resource<ZoneEgressSpec>;

/** The zone that an ingress or an egress belongs to; empty where nothing says it. */
export function zoneOfProxy({ labels, spec }: Pick<ZoneProxy, "labels" | "spec">): string {
  return labels[LABEL.zone] ?? spec.zone ?? "";
}
