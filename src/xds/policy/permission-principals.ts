// `from` rules of MeshTrafficPermission as RBAC principals: one for each rule that lets a set of clients in.
import type { PrincipalJson, RBACJson } from "#envoy/generated/envoy/config/rbac/v3/rbac_pb.ts";
import type { SubsetRule, TagMatcher } from "#match/matched.ts";
import type { PermissionAction } from "#model/policy/mesh-traffic-permission.ts";
import { SERVICE_TAG } from "#model/tag.ts";
import type { Source, Tracer } from "#xds/trace.ts";

interface Rules {
  readonly rules: RBACJson;
  readonly shadowRules?: RBACJson;
}

/**
 * Rules that deny add nothing: negations in the others already leave their clients out. Without any principal the filter
 * denies everybody. AllowWithShadowDeny lets in and counts what a Deny would have refused.
 */
export function principalRules(mesh: string, subsets: readonly SubsetRule<PermissionAction>[], tracer: Tracer): Rules {
  const allowed: PrincipalJson[] = [];
  const shadowed: PrincipalJson[] = [];
  const inShadow: PrincipalJson[] = [];
  subsets.forEach(({ matchers, conf }, item) => {
    const source: Source = { policy: "MeshTrafficPermission", list: "subsets", item, pointer: "/action" };
    const lists = listsOf(conf?.action, allowed, [inShadow, shadowed]);
    if (lists === null) {
      tracer.complain(source, `${JSON.stringify(conf?.action)} is no action; its clients are denied`);
      return;
    }
    for (const list of lists) {
      const principal = principalOf(mesh, matchers);
      list.push(principal);
      tracer.note(principal, source);
    }
  });
  const principals = [...allowed, ...inShadow];
  const rules = principals.length === 0 ? {} : policy(principals);
  return shadowed.length === 0 ? { rules } : { rules, shadowRules: { action: "DENY", ...policy(shadowed) } };
}

/** The lists that a principal with this action belongs to; null for an action that there is not. */
function listsOf(
  action: string | undefined,
  allowed: PrincipalJson[],
  both: readonly PrincipalJson[][],
): readonly PrincipalJson[][] | null {
  if (action === "Allow") return [allowed];
  if (action === "AllowWithShadowDeny") return both;
  return action === "Deny" || action === undefined ? [] : null;
}

function policy(principals: PrincipalJson[]): RBACJson {
  return { policies: { MeshTrafficPermission: { permissions: [{ any: true }], principals } } };
}

function principalOf(mesh: string, matchers: readonly TagMatcher[]): PrincipalJson {
  const ids = matchers.map((matcher) => tagPrincipal(mesh, matcher));
  if (ids.length === 0) return { any: true };
  return ids.length === 1 ? (ids[0] as PrincipalJson) : { andIds: { ids } };
}

function tagPrincipal(mesh: string, { key, value, not }: TagMatcher): PrincipalJson {
  const exact = key === SERVICE_TAG ? `spiffe://${mesh}/${value}` : `kuma://${key}/${value}`;
  const principal: PrincipalJson = { authenticated: { principalName: { exact } } };
  return not ? { notId: principal } : principal;
}
