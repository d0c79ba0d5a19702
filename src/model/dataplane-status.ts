// What a dataplane says of itself for overviews: its tags, its services, and how it stands.
import type { SpecOf } from "./kinds.ts";
import type { Resource } from "./resource.ts";
import { SERVICE_TAG, type Tags } from "./tag.ts";

export type Dataplane = Resource<SpecOf<"Dataplane">>;
export type Status = "online" | "offline" | "partiallyDegraded";

/** Tag sets of its inbounds, or the one of its gateway. */
export function tagSetsOf({ spec }: Dataplane): readonly Tags[] {
  const { gateway, inbound = [] } = spec.networking ?? {};
  return gateway === undefined ? inbound.map(({ tags = {} }) => tags) : [gateway.tags ?? {}];
}

/** Values of kuma.io/service, each once, sorted. */
export function servicesOf(dataplane: Dataplane): readonly string[] {
  const names = tagSetsOf(dataplane).map((tags) => tags[SERVICE_TAG] ?? "");
  return [...new Set(names.filter((name) => name !== ""))].sort();
}

/** As Kuma: offline without a stream or with no ready inbound, degraded where only some inbounds are ready. */
export function statusOf({ spec }: Dataplane, life: { readonly online: boolean } | undefined): Status {
  if (life?.online !== true) return "offline";
  const inbounds = spec.networking?.inbound ?? [];
  const ready = inbounds.filter(
    ({ state, health }) => (state ?? "Ready") === "Ready" && health?.ready !== false,
  ).length;
  if (ready === inbounds.length) return "online";
  return ready === 0 ? "offline" : "partiallyDegraded";
}
