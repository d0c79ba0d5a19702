// MeshTrafficPermission: who may reach an inbound. With mTLS on, nobody may unless a policy says so.
import type { RBACJson } from "#envoy/generated/envoy/extensions/filters/network/rbac/v3/rbac_pb.ts";
import { typed } from "#envoy/typed.ts";
import type { InboundPolicy } from "#match/matched.ts";
import type { PermissionAction, PermissionLists } from "#model/policy/mesh-traffic-permission.ts";
import { addHttpFilter } from "#xds/http-filters.ts";
import type { Chain } from "#xds/listener.ts";
import { addNetworkFilter } from "#xds/network-filters.ts";
import type { InboundParts, PolicyWriter } from "#xds/policy.ts";
import type { Source, Tracer } from "#xds/trace.ts";
import { looksAtPaths, matcherRules, readPermissions } from "./permission-matcher.ts";
import { principalRules } from "./permission-principals.ts";

export const PERMISSION = "MeshTrafficPermission";

/** What both RBAC filters, HTTP and network, have in common. */
export type Rbac = Pick<RBACJson, "rules" | "shadowRules" | "matcher" | "shadowMatcher">;

export const meshTrafficPermissionWriter: PolicyWriter = {
  type: PERMISSION,
  inbound(parts, policy, tracer) {
    const { subsets = [], rules = [] } = (policy ?? {}) as Partial<InboundPolicy>;
    const [list, items] = rules.length > 0 ? (["rules", rules] as const) : (["subsets", subsets] as const);
    const sources = items.map((_, item): Source => ({ policy: PERMISSION, list, item, pointer: "" }));
    const read = rules.length === 0 ? null : readPermissions(rules as InboundPolicy<PermissionLists>["rules"], tracer);
    if (read !== null && looksAtPaths(read)) readStrictly(parts, tracer, sources);
    protect(parts, tracer, sources, ({ http }) => {
      if (read !== null) return matcherRules(read, http !== null, tracer);
      const allowed = rules.length === 0 ? (subsets as InboundPolicy<PermissionAction>["subsets"]) : [];
      return principalRules(parts.mesh, allowed, tracer);
    });
  },
  // Closed, because a rule that could not be read may be the one that denies.
  failed(parts, tracer) {
    protect(parts, tracer, [], () => principalRules(parts.mesh, [], tracer));
  },
};

/** Puts RBAC on every chain that knows who calls; what is not secured is open as without mTLS. */
function protect(parts: InboundParts, tracer: Tracer, sources: readonly Source[], build: (chain: Chain) => Rbac): void {
  for (const chain of parts.chains) {
    if (!chain.secured) continue;
    const rbac = build(chain);
    if (chain.http !== null) {
      const config = typed("envoy.extensions.filters.http.rbac.v3.RBAC", rbac);
      addHttpFilter(chain.http, "envoy.filters.http.rbac", config, tracer, ...sources);
    } else {
      const config = typed("envoy.extensions.filters.network.rbac.v3.RBAC", { ...rbac, statPrefix: parts.rbacStat });
      addNetworkFilter(chain.body, "envoy.filters.network.rbac", config, tracer, ...sources);
    }
  }
}

/**
 * Permissions must see the path that the application will see: dot segments are resolved, slashes merged, and encoded slashes,
 * which some applications take for slashes and some do not, are refused with 400.
 */
function readStrictly({ chains }: InboundParts, tracer: Tracer, sources: readonly Source[]): void {
  for (const { http } of chains) {
    if (http === null) continue;
    tracer.set(http, "normalizePath", true, ...sources);
    tracer.set(http, "mergeSlashes", true, ...sources);
    tracer.set(http, "pathWithEscapedSlashesAction", "REJECT_REQUEST", ...sources);
  }
}
