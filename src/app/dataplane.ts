// What overviews and insights say of one dataplane: its kind of proxy, its services, its status.
import type { SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import { SERVICE_TAG, type Tags } from "#model/tag.ts";
import type { CertificateRow, Registration } from "#store/store.ts";

export type Dataplane = Resource<SpecOf<"Dataplane">>;
export type Status = "online" | "offline" | "partiallyDegraded";
export type ProxyKind = "standard" | "gatewayBuiltin" | "gatewayDelegated";

export function proxyKindOf({ spec }: Dataplane): ProxyKind {
  const gateway = spec.networking?.gateway;
  if (gateway === undefined) return "standard";
  return gateway.type === "BUILTIN" ? "gatewayBuiltin" : "gatewayDelegated";
}

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
export function statusOf({ spec }: Dataplane, registration: Registration | undefined): Status {
  if (registration?.online !== true) return "offline";
  const inbounds = spec.networking?.inbound ?? [];
  const ready = inbounds.filter(
    ({ state, health }) => (state ?? "Ready") === "Ready" && health?.ready !== false,
  ).length;
  if (ready === inbounds.length) return "online";
  return ready === 0 ? "offline" : "partiallyDegraded";
}

/** `tag=key:value`, all of which must stand on the dataplane; `gateway` as Kuma's query has it. */
export function selects(dataplane: Dataplane, tags: readonly string[], gateway: string | null): boolean {
  const kind = proxyKindOf(dataplane);
  if (gateway === "true" && kind === "standard") return false;
  if (gateway === "false" && kind !== "standard") return false;
  if (gateway === "builtin" && kind !== "gatewayBuiltin") return false;
  if (gateway === "delegated" && kind !== "gatewayDelegated") return false;
  const sets = tagSetsOf(dataplane);
  return tags.every((text) => {
    const split = text.indexOf(":");
    const [key, value] = split < 0 ? [text, null] : [text.slice(0, split), text.slice(split + 1)];
    return sets.some((set) => (value === null ? key in set : set[key] === value));
  });
}

/** Backends of the mesh's mTLS, as insights name them. */
export interface Backends {
  readonly enabled: string;
  readonly all: readonly string[];
}

/** Kuma's DataplaneInsight from the registration and the leaves that were issued. */
export function dataplaneInsight(
  registration: Registration | undefined,
  leaves: readonly CertificateRow[],
  backends: Backends,
): Readonly<Record<string, unknown>> {
  const insight: Record<string, unknown> = {};
  if (registration !== undefined) {
    const { id, relay, since, online } = registration;
    insight.subscriptions = [
      {
        id,
        controlPlaneInstanceId: relay,
        connectTime: since,
        ...(online ? {} : { disconnectTime: since }),
        status: { lastUpdateTime: since, total: {}, cds: {}, eds: {}, lds: {}, rds: {} },
      },
    ];
  }
  const last = leaves.reduce<string>((latest, { notAfter }) => (notAfter > latest ? notAfter : latest), "");
  if (last !== "") {
    insight.mTLS = {
      certificateExpirationTime: last,
      certificateRegenerations: leaves.length,
      issuedBackend: backends.enabled,
      supportedBackends: backends.all,
    };
  }
  return insight;
}
