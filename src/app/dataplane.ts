// What overviews and insights say of one dataplane: its kind of proxy, and its insight.
import { type Dataplane, tagSetsOf } from "#model/dataplane-status.ts";
import { isEnvoySupported, isProgramSupported, type ProxyVersions } from "#model/proxy-version.ts";
import type { CertificateRow } from "#store/face/certificate.ts";
import type { Registration } from "#store/face/registration.ts";

export type ProxyKind = "standard" | "gatewayBuiltin" | "gatewayDelegated";

export function proxyKindOf({ spec }: Dataplane): ProxyKind {
  const gateway = spec.networking?.gateway;
  if (gateway === undefined) return "standard";
  return gateway.type === "BUILTIN" ? "gatewayBuiltin" : "gatewayDelegated";
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
    const { id, relay, since, online, versions } = registration;
    insight.subscriptions = [
      {
        id,
        controlPlaneInstanceId: relay,
        connectTime: since,
        ...(online ? {} : { disconnectTime: since }),
        status: { lastUpdateTime: since, total: {}, cds: {}, eds: {}, lds: {}, rds: {} },
        ...(versions && { version: versionOf(versions) }),
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

/** Kuma's Version; kumactl and the GUI warn of what is not compatible, and expect both programs to be named. */
function versionOf({ program, envoy, dependencies }: ProxyVersions): unknown {
  const { name: _, ...kumaDp } = program;
  return {
    kumaDp: { ...given(kumaDp), version: kumaDp.version, kumaCpCompatible: isProgramSupported(program) },
    envoy: { ...given(envoy), version: envoy.version, kumaDpCompatible: isEnvoySupported(envoy.version) },
    ...(Object.keys(dependencies).length > 0 && { dependencies }),
  };
}

/** Without empty texts, as protobuf's JSON leaves them out. */
function given(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ""));
}
