// One ingress or egress of a zone, inspected: its whole Envoy config, and its mistakes.
import type { XdsKind } from "#envoy/type-url.ts";
import type { Digest, Json } from "#model/json.ts";
import { kriOf } from "#model/kri-of.ts";
import type { ZoneProxy } from "#model/zone-place.ts";
import { clusterLoadAssignment } from "#snapshot/endpoints.ts";
import { resourcesOfProxy } from "#snapshot/proxy.ts";
import { type Compiled, type CompileFault, setIn } from "./compile.ts";
import { type ProxyConfig, secretPlaceholder, sortedConfig, unknownNode } from "./inspect-proxy.ts";
import { NO_MESH } from "./zone-part.ts";

export interface ZoneProxyInspection {
  readonly proxy: ZoneProxy;
  /** Mistakes that keep it, or something of it, from being served. */
  readonly faults: readonly CompileFault[];
  /** Null where it is not served; the faults say why. */
  readonly config: ProxyConfig | null;
}

/** Inspects a proxy of the zone that was compiled. */
export function inspectZoneProxy(compiled: Compiled, proxy: ZoneProxy, digest: Digest): ZoneProxyInspection {
  const kri = kriOf(proxy);
  return {
    proxy,
    faults: compiled.faults.filter((fault) => fault.kri === kri),
    config: configOf(compiled, proxy.name, digest),
  };
}

/** All that its Envoy is given, filled; contents of secrets as placeholders. */
function configOf({ snapshot, memo }: Compiled, name: string, digest: Digest): ProxyConfig | null {
  const view = resourcesOfProxy(snapshot, NO_MESH, name, digest, unknownNode(NO_MESH, name));
  if (view === undefined) return null;
  const found = new Map<XdsKind, Map<string, Json>>();
  const add = (kind: XdsKind, key: string, body: Json): void => {
    found.set(kind, (found.get(kind) ?? new Map<string, Json>()).set(key, body));
  };
  const secrets = new Set<string>();
  for (const part of view.parts) {
    for (const resources of Object.values(part)) {
      for (const { kind, name: key, body, endpoints, references } of resources.values()) {
        add(kind, key, body());
        const set = endpoints === undefined ? undefined : setIn(memo, NO_MESH, endpoints);
        if (set !== undefined) add("endpoints", set.cluster, clusterLoadAssignment(set));
        for (const one of references) if (one.kind === "secret") secrets.add(one.name);
      }
    }
  }
  for (const secret of secrets) if (!found.get("secret")?.has(secret)) add("secret", secret, secretPlaceholder(secret));
  return sortedConfig(found);
}
